"""The pages of transfers: order, download again, read results and deposits; who may; what is refused."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from helpdesk.ledger.models import BankFile, Receipt, TransferRow
from tests.helpdesk.banking import Paid, notice_file, result_file
from tests.helpdesk.browser import said
from tests.helpdesk.paying import OWN, add_account, add_payment
from tests.helpdesk.test_views import statements


@pytest.fixture
def desk(desk):
    """The account that pays is set."""
    return replace(desk, settings=replace(desk.settings, **OWN))


@pytest.fixture
def payments(desk, businesses) -> list[int]:
    """Two payments of 北浜エナジー; みなと発電 has one and no account."""
    with desk.database.write_session() as session:
        add_account(session, desk, businesses["P001"])
        made = [
            add_payment(session, desk, businesses[code], yen, month=month)
            for code, yen, month in (("P001", 700, 4), ("P001", 800, 5), ("P002", 900, 4))
        ]
        return [each.id for each in made]


def order(browser) -> bytes:
    """Order all that is due by 31 July through the pages; the file as it is downloaded."""
    page = browser.get("/transfers/order?on=2026-07-31")
    assert page.status_code == 200
    done = browser.post("/transfers/order", {"on": "2026-07-31", "shown": hidden(page, "shown")})
    assert done.status_code == 302
    return browser.get(f"{done.location}/content").data


def hidden(page, name: str) -> str:
    return page.text.split(f'name="{name}" value="')[1].split('"')[0]


def choose(browser, content: bytes, name: str = "kekka.txt"):
    return browser.post("/transfers/read", {"file": (io.BytesIO(content), name)})


def test_payments_are_looked_at_ordered_and_downloaded_byte_for_byte(enter, desk, payments) -> None:
    browser = enter("accounting_staff")
    shown = said(browser.get("/transfers/order?on=2026-07-31"))
    assert "2 件・1,500円の振込依頼ファイルを作りますか" in shown
    assert "有効な振込先口座がありません" in shown
    content = order(browser)
    with desk.database.read_session() as session:
        file = session.scalars(select(BankFile)).one()
        assert desk.blobs.get(file.sha256) == content
    assert browser.get(f"/transfers/files/{file.id}/content").data == content
    assert "結果待ち" in said(browser.get(f"/transfers/{payments[0]}"))
    assert "2 件" in said(browser.get("/transfers/?scope=ordered"))


def test_what_changed_since_it_was_looked_at_is_shown_again(enter, desk, businesses, payments) -> None:
    browser = enter("accounting_staff")
    shown = hidden(browser.get("/transfers/order?on=2026-07-31"), "shown")
    with desk.database.write_session() as session:
        add_payment(session, desk, businesses["P001"], 5, month=6)
    done = browser.post("/transfers/order", {"on": "2026-07-31", "shown": shown})
    assert done.location.endswith("/transfers/order?on=2026-07-31")
    with desk.database.read_session() as session:
        assert session.scalars(select(TransferRow)).all() == []


def test_results_are_looked_at_and_recorded_and_failed_ones_wait_again(enter, desk, clock, payments) -> None:
    browser = enter("accounting_staff")
    content = result_file(order(browser), {payments[1]: "2"})
    clock.at += timedelta(days=34)
    browser = enter("accounting_staff")
    page = choose(browser, content)
    assert "2 件の振込の結果を記録しますか" in said(page)
    done = browser.post("/transfers/read/confirm", {"file": hidden(page, "file")})
    assert "受取人名相違" in said(browser.get(done.location))
    assert "受取人名相違" in said(browser.get("/transfers/?scope=failed"))
    assert "すべてが登録済みです" in said(choose(browser, content))
    again = said(browser.get(f"/transfers/order?on={clock.at:%Y-%m-%d}"))
    assert re.search("2回目.*前回：受取人名相違.*同じ口座", again, re.DOTALL)


def test_deposits_are_recorded_from_the_page(enter, desk, businesses) -> None:
    browser = enter("payment_staff")
    page = choose(browser, notice_file([Paid(700, inquiry=1)]))
    assert "1 件の入金を記録しますか" in said(page)
    done = browser.post("/transfers/read/confirm", {"file": hidden(page, "file")})
    assert "700" in said(browser.get(done.location))
    with desk.database.read_session() as session:
        assert session.scalars(select(Receipt.amount_yen)).all() == [700]


@pytest.mark.any_database
def test_a_wrong_file_is_told_by_line_and_field(enter, businesses) -> None:
    browser = enter("accounting_staff")
    wrong = notice_file([Paid(700, inquiry=1)]).replace(b"080629080629", b"089929089929")
    refused = choose(browser, wrong)
    assert refused.status_code == 422
    assert "2行目「勘定日」" in said(refused)
    assert choose(browser, b"").status_code == 422
    assert browser.post("/transfers/read", {}).status_code == 422
    assert browser.post("/transfers/read/confirm", {"file": "made up"}).status_code == 422


@pytest.mark.any_database
def test_a_day_that_is_none_of_the_banks_is_told_at_the_field(enter, payments) -> None:
    browser = enter("accounting_staff")
    for on, words in (("2026-08-01", "銀行の休業日"), ("", "日付を入力"), ("x", "日付ではありません")):
        refused = browser.get(f"/transfers/order?on={on}")
        assert refused.status_code == 422
        assert words in said(refused)


@pytest.mark.any_database
def test_everybody_does_what_the_role_allows_and_sees_nothing_else(enter, payments) -> None:
    assert enter("operator").get("/transfers/").status_code == 200
    assert enter("operator").get("/transfers/order?on=2026-07-31").status_code == 403
    assert enter("operator").get("/transfers/read").status_code == 403
    assert enter("payment_staff").get("/transfers/read").status_code == 200
    assert enter("payment_staff").post("/transfers/order", {"on": "2026-07-31"}).status_code == 403
    assert enter("business_user").get("/transfers/").status_code in (403, 404)
    assert enter("operator").get("/transfers/999").status_code == 404
    assert enter("operator").get("/transfers/files/999").status_code == 404


def test_the_lists_send_as_many_statements_at_sixty_payments_as_at_two(
    enter, desk, businesses, payments
) -> None:
    browser = enter("accounting_staff")
    paths = ("/transfers/", "/transfers/?scope=all", "/transfers/files", "/transfers/order?on=2026-07-31")
    counts = []
    for more in (0, 60):
        with desk.database.write_session() as session:
            for at in range(more):
                add_payment(session, desk, businesses["P001"], 10 + at, year=2027 + at)
        found = {}
        for path in paths:
            with statements(desk) as seen:
                page = browser.get(path)
            assert page.status_code == 200
            found[path] = len(seen)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 15
    first = browser.get("/transfers/").text
    assert first.count('class="row-link"') == 50
    more_url = first.split("次へ")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(more_url).text.count('class="row-link"') == 13


@pytest.mark.any_database
@pytest.mark.parametrize("after", ["x", "2026-13-01_1", "2026-07-31_99999999999"])
def test_a_made_up_place_in_the_list_begins_at_the_top(enter, payments, after) -> None:
    assert date(2026, 7, 31).isoformat() in said(enter("operator").get(f"/transfers/?after={after}"))
