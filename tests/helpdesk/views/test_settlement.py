"""The overdue list and what is done from it: cases, calls, accounts; who may see and do what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases import phone_calls
from cases.models import Business, Case, Contact, LatePayment, PhoneCall
from cases.objections import Claimed, receive
from cases.opening import NewCase, open_case
from helpdesk.ledger.invoices import record_invoices
from helpdesk.ledger.models import Invoice
from helpdesk.users.roles import ABILITIES, ROLES
from helpdesk.workflows import keep_ledger
from tests.helpdesk.browser import addresses, once_tokens, said
from tests.helpdesk.money import add_invoice, add_receipt, invoice_entry, receipt_entry
from tests.helpdesk.test_views import statements


@pytest.fixture
def unpaid(desk, people, businesses) -> dict[str, int]:
    """Three invoices: 北浜 is overdue since last Friday and since May, みなと is not due yet. Ids by number."""
    with desk.database.write_session() as session:
        session.scalars(
            select(Contact).where(Contact.business_id == businesses["P001"])
        ).one().telephone = "06-1234-5678"
        made = [
            add_invoice(session, desk, "KY-0001", businesses["P001"], 1_000_000, date(2026, 6, 26)),
            add_invoice(session, desk, "KY-0002", businesses["P001"], 250_000, date(2026, 5, 29)),
            add_invoice(session, desk, "KY-0003", businesses["P002"], 400_000, date(2026, 7, 31)),
        ]
        return {invoice.number: invoice.id for invoice in made}


def pay(desk, people, number_of_yen: int, reference: str, business_id: int | None = None, **more) -> None:
    with desk.database.open_session(writes=True) as session:
        entry = receipt_entry(reference, number_of_yen, business_id=business_id, on=date(2026, 6, 30), **more)
        keep_ledger.enter_receipt(session, desk, entry, by=people["accounting_staff"])


def object_to(desk, people, notice_id: int, business_id: int) -> str:
    """An open objection against a notice; the number of its case."""
    with desk.database.write_session() as session:
        new = NewCase(
            "objection", "form", "異議申立て", topic="penalty", business=session.get(Business, business_id)
        )
        case = open_case(session, new, by=people["operator"], now=desk.clock())
        receive(
            session,
            case,
            Claimed("供給力の数え方が違います"),
            notice_reference=notice_id,
            notice_number="交付額通知書 第2026-05-0001号",
            by=people["operator"],
            now=desk.clock(),
        )
        return case.number


def finish_call(desk, people, **ending) -> None:
    """The one call that is going on ends like this."""
    with desk.database.write_session() as session:
        call = session.scalars(select(PhoneCall).where(PhoneCall.ended_at.is_(None))).one()
        phone_calls.end(session, call, by=people["operator"], now=desk.clock(), **ending)


# --- the list


def test_the_list_shows_what_is_overdue_now_and_whom_to_call(enter, unpaid) -> None:
    page = enter("operator").get("/settlement/")
    text = said(page)
    assert "KY-0001" in text
    assert "KY-0002" in text
    assert "KY-0003" not in text
    assert "06-1234-5678" in text
    assert "2026-06-26 2銀行営業日（4日）" in text
    assert "1,250,000 円" in text
    assert "翌銀行営業日に繰り下げ" in text


def test_a_part_payment_leaves_the_rest_and_the_whole_takes_it_off_the_list(
    enter, desk, people, unpaid, businesses
) -> None:
    pay(desk, people, 300_000, "B-1 KY-0001", businesses["P001"])
    text = said(enter("operator").get("/settlement/"))
    assert "700,000 円" in text
    assert "請求 1,000,000 円" in text
    pay(desk, people, 700_000, "B-2 KY-0001", businesses["P001"])
    assert "KY-0001" not in said(enter("operator").get("/settlement/"))


def test_an_invoice_whose_notice_is_objected_to_stands_apart_and_is_never_called(
    enter, desk, people, unpaid, world
) -> None:
    with desk.database.write_session() as session:
        add_invoice(
            session,
            desk,
            "PE-0001",
            world.businesses["P001"],
            5_000_000,
            date(2026, 6, 19),
            kind="penalty",
            delivery_month=5,
            notified_result_id=world.notice.id,
        )
    number = object_to(desk, people, world.notice.id, world.businesses["P001"])
    browser = enter("operator")
    assert "PE-0001" not in said(browser.get("/settlement/"))
    assert f"異議申立て（案件 {number}）の審査中" in said(browser.get("/settlement/?scope=paused"))
    with desk.database.read_session() as session:
        invoice_id = session.scalars(select(Invoice.id).where(Invoice.number == "PE-0001")).one()
    page = browser.get(f"/settlement/invoices/{invoice_id}")
    assert "電話する" not in said(page)
    refused = browser.post(f"/settlement/invoices/{invoice_id}/call")
    assert refused.status_code == 422
    assert "架電を止めています" in said(refused)
    with desk.database.read_session() as session:
        assert session.scalars(select(PhoneCall)).all() == []


def test_on_the_days_before_the_banks_have_told_nobody_is_called(enter, desk, clock, unpaid) -> None:
    clock.pass_by(days=-3)  # Saturday 27 June: due on Friday
    browser = enter("operator")
    assert "KY-0001" not in said(browser.get("/settlement/"))
    assert "入金データ待ち" in said(browser.get("/settlement/?scope=later"))
    answer = browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
    assert answer.status_code == 422
    assert "入金データ" in said(answer)


# --- case and call


def test_one_click_opens_the_case_once(enter, desk, unpaid) -> None:
    browser = enter("operator")
    first = browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/case")
    second = browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/case")
    assert first.location == second.location
    text = said(browser.get(first.location))
    assert "入金遅延：請求書 KY-0001（2026年度 4月分 容量拠出金）" in text
    assert "入金遅延の案件を開きました" in text
    with desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.channel, case.topic, case.due_at) == (
            "late_payment",
            "system",
            "contribution",
            None,
        )


def test_a_call_from_the_list_has_business_contact_number_and_case(enter, desk, unpaid) -> None:
    browser = enter("operator")
    answer = browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
    said_beside = said(browser.get(answer.headers["Location"]))
    for fact in ("この事業者の未入金", "KY-0001", "1,000,000", "KY-0002", "250,000"):
        assert fact in said_beside
    with desk.database.read_session() as session:
        call = session.scalars(select(PhoneCall)).one()
        late = session.scalars(select(LatePayment)).one()
        assert answer.location == f"/calls/{call.id}"
        assert (call.direction, call.telephone, call.person_name) == ("out", "06-1234-5678", "田中 由紀")
        assert call.case_id == late.case_id
        assert late.invoice_number == "KY-0001"
    again = browser.post(f"/settlement/invoices/{unpaid['KY-0002']}/call", follow_redirects=False)
    assert again.location == f"/calls/{call.id}"


def test_promise_and_next_call_come_back_into_list_invoice_and_case(
    enter, desk, people, clock, unpaid
) -> None:
    browser = enter("operator")
    browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
    clock.pass_by(minutes=5)
    promised = {"promised_on": date(2026, 7, 3), "promised_yen": 1_000_000}
    finish_call(desk, people, outcome="promised", content="7月3日に振り込むとのこと", **promised)
    assert "KY-0001" not in said(browser.get("/settlement/"))
    waiting = said(browser.get("/settlement/?scope=later"))
    assert "2026-07-03 1,000,000 円 約束日前" in waiting
    assert "約束日を待つ" in waiting
    with desk.database.read_session() as session:
        number = session.scalars(select(Case.number)).one()
    for path in (f"/settlement/invoices/{unpaid['KY-0001']}", f"/cases/{number}"):
        page = said(browser.get(path))
        assert "約束日前" in page, path
        assert "入金約束" in page, path
    clock.pass_by(days=6)  # Monday 6 July
    browser.be(people["operator"])
    broken = said(browser.get("/settlement/"))
    assert "約束不履行" in broken
    assert "約束の日を過ぎても入金がない" in broken


def test_a_promise_paid_in_part_says_how_much(enter, desk, people, clock, unpaid, businesses) -> None:
    browser = enter("operator")
    browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
    clock.pass_by(minutes=5)
    finish_call(
        desk,
        people,
        outcome="promised",
        content="7月3日",
        promised_on=date(2026, 7, 3),
        promised_yen=1_000_000,
    )
    clock.pass_by(days=1)
    pay(desk, people, 400_000, "B-9 KY-0001", businesses["P001"])
    clock.pass_by(days=5)
    browser.be(people["operator"])
    assert "一部のみ入金 400,000 円" in said(browser.get("/settlement/"))


def test_a_next_call_hides_the_invoice_until_that_day(enter, desk, people, clock, unpaid) -> None:
    browser = enter("operator")
    browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
    clock.pass_by(minutes=2)
    finish_call(desk, people, outcome="no_answer", next_call_at=clock() + timedelta(days=2))
    assert "KY-0001" not in said(browser.get("/settlement/"))
    clock.pass_by(days=2)
    browser.be(people["operator"])
    assert "次の電話の日" in said(browser.get("/settlement/"))


def test_who_cannot_be_reached_three_times_is_handed_to_a_superior(
    enter, desk, people, clock, unpaid
) -> None:
    browser = enter("operator")
    for _ in range(3):
        browser.post(f"/settlement/invoices/{unpaid['KY-0001']}/call")
        clock.pass_by(minutes=2)
        finish_call(desk, people, outcome="no_answer")
    text = said(browser.get("/settlement/"))
    assert "続けて3回不通" in text
    assert "上席へ" in text


def test_nobody_is_called_about_what_was_paid_since_the_list_was_made(
    enter, desk, people, unpaid, businesses
) -> None:
    browser = enter("operator")
    assert "KY-0002" in said(browser.get("/settlement/"))
    pay(desk, people, 250_000, "B-3", businesses["P001"])
    answer = browser.post(f"/settlement/invoices/{unpaid['KY-0002']}/call", follow_redirects=True)
    assert "KY-0002 は入金済みです。電話は必要ありません" in said(answer)
    with desk.database.read_session() as session:
        assert session.scalars(select(PhoneCall)).all() == []
        assert session.scalars(select(Case)).all() == []


def test_what_is_paid_while_one_speaks_settles_the_case_and_the_call_is_still_written_down(
    enter, desk, people, clock, unpaid, businesses
) -> None:
    browser = enter("operator")
    browser.post(f"/settlement/invoices/{unpaid['KY-0002']}/call")
    clock.pass_by(minutes=1)
    pay(desk, people, 250_000, "B-4", businesses["P001"])
    clock.pass_by(minutes=1)
    finish_call(desk, people, outcome="answered", content="本日入金とのこと。確認できた")
    with desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        assert case.status == "closed"
    text = said(browser.get(f"/cases/{case.number}"))
    assert "入金済み" in text
    assert "本日入金とのこと" in text
    assert "電話する" not in text


# --- accounts


def test_the_account_runs_in_the_order_of_days_with_its_balance(
    enter, desk, people, unpaid, businesses
) -> None:
    pay(desk, people, 1_300_000, "B-5 KY-0001", businesses["P001"])
    text = said(enter("accounting_staff").get(f"/settlement/accounts/{businesses['P001']}"))
    assert "差引残高 −50,000 円 過入金" in text
    assert "未消込の入金 300,000 円" in text
    assert text.index("KY-0002") < text.index("B-5 KY-0001")
    overview = said(enter("accounting_staff").get("/settlement/accounts"))
    assert "1,250,000 円 1,300,000 円 −50,000 円 250,000 円 300,000 円" in overview


# --- who may


def test_who_may_not_see_the_ledger_sees_none_of_its_pages(enter, unpaid) -> None:
    for role in sorted(set(ROLES) - ABILITIES["see_ledger"]):
        browser = enter(role)
        for method in ("GET", "POST"):
            for endpoint, path in addresses(browser.app, method):
                if endpoint.startswith("settlement."):
                    answer = browser.get(path) if method == "GET" else browser.post(path)
                    assert answer.status_code in (403, 404), (role, endpoint)
                    assert "KY-0001" not in answer.text


def test_who_only_sees_the_ledger_neither_calls_nor_books(enter, desk, unpaid) -> None:
    browser = enter("payment_staff")
    assert "電話する" not in said(browser.get("/settlement/"))
    for _, path in addresses(browser.app, "POST"):
        if path.startswith("/settlement/"):
            path = path.replace("/1/", f"/{unpaid['KY-0001']}/")
            assert browser.post(path, {"reason": "x"}).status_code == 403, path
    with desk.database.read_session() as session:
        assert session.scalars(select(LatePayment)).all() == []


def test_an_invoice_or_account_that_is_none_is_not_found(enter) -> None:
    browser = enter("operator")
    for path in ("/settlement/invoices/99", "/settlement/accounts/99", "/settlement/receipts/99"):
        assert browser.get(path).status_code == 404
    assert browser.post("/settlement/invoices/99/call").status_code == 404


# --- what it costs


def test_a_thousand_overdue_invoices_cost_as_many_statements_as_ten(enter, desk, people, businesses) -> None:
    browser = enter("operator")
    counts = []
    with desk.database.write_session() as session:
        receipt = add_receipt(session, desk, "R-0", 5, business_id=businesses["P001"])
    paths = (
        "/settlement/",
        "/settlement/?scope=all",
        "/settlement/accounts",
        "/settlement/receipts?scope=all",
    )
    paths += (f"/settlement/accounts/{businesses['P001']}", f"/settlement/receipts/{receipt.id}")
    for many in (10, 1_000):
        with desk.database.write_session() as session:
            start = 0 if many == 10 else 10
            entries = [
                invoice_entry(f"N-{at:05}", businesses["P001"], 1_000 + at, date(2026, 6, 19))
                for at in range(start, many)
            ]
            record_invoices(session, entries, now=desk.clock())
        found = {}
        for path in paths:
            assert browser.get(path).status_code == 200
            with statements(desk) as seen:
                page = browser.get(path)
            found[path] = len(seen)
            assert page.status_code == 200
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 16
    first = browser.get("/settlement/")
    assert first.text.count('class="row-link"') == 100
    assert "1,000件中 100件を表示" in said(first)
    assert len(set(once_tokens(first))) == len(once_tokens(first))
