"""The books on their pages and as files, and a month that is closed in the browser."""

from datetime import date

import pytest

from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.closing import closings
from tests.helpdesk.browser import said
from tests.helpdesk.money import add_invoice, add_receipt

JUNE = "from=2026-06&to=2026-06"


@pytest.fixture
def money(desk, businesses, people) -> None:
    """May: an invoice; June: its receipt, allocated in part, and one of an unknown payer."""
    clerk, first = people["accounting_staff"], businesses["P001"]
    with desk.database.write_session() as session:
        issued = {"issued_on": date(2026, 5, 20)}
        invoice = add_invoice(session, desk, "KY-0001", first, 900, date(2026, 6, 26), **issued)
        receipt = add_receipt(session, desk, "B-1", 1_000, business_id=first)
        add_receipt(session, desk, "B-2", 30, payer="ﾀﾞﾚｶ")
        allocate(session, receipt, invoice, 700, by=clerk, now=desk.clock())


@pytest.mark.usefixtures("money")
def test_the_trial_balance_shows_accounts_turnover_and_that_it_balances(enter) -> None:
    text = said(enter("accounting_staff").get(f"/books/?{JUNE}"))
    for words in ("貸借一致", "121 容量拠出金未収金 資産 900 円 ― 700 円 200 円 ―", "合計 1,730 円 1,730 円"):
        assert words in text
    assert "2026年4月〜2026年6月" in said(enter("manager").get("/books/?from=x&to=9999-99"))


@pytest.mark.usefixtures("money")
def test_balances_stand_by_business_at_the_end_of_a_month(enter) -> None:
    browser = enter("payment_staff")
    text = said(browser.get("/books/balances?to=2026-06"))
    assert "支払人不明" in text
    assert "北浜エナジー株式会社 P001 200 円" in text
    assert "残高のある事業者はありません" in said(browser.get("/books/balances?to=2026-04"))
    assert "支払人不明" not in said(browser.get("/books/balances?to=2026-06&q=P001"))


@pytest.mark.usefixtures("money")
def test_the_journal_is_filtered_and_leads_to_the_entry_and_its_cause(enter) -> None:
    browser = enter("accounting_head")
    text = said(browser.get("/books/journal?from=2026-05&to=2026-06&kind=invoice"))
    assert "請求 KY-0001（容量拠出金）" in text
    assert "入金 B-1" not in text
    assert "入金 B-2 ﾀﾞﾚｶ" in said(browser.get("/books/journal?q=B-2"))
    entry = browser.get("/books/journal/2026-000001")
    assert "2026年5月20日" in said(entry)
    assert 'href="/settlement/invoices/1"' in entry.text
    assert "もとの" not in browser.get("/books/journal/2026-000004").text  # an allocation has no page
    assert browser.get("/books/journal/2026-999999").status_code == 404


@pytest.mark.usefixtures("money")
def test_an_account_shows_its_lines_with_the_balance_and_a_plot_in_words(enter) -> None:
    browser = enter("market_staff")
    page = browser.get("/books/accounts/121?from=2026-06&to=2026-06")
    assert "前期間から繰越 900 円" in said(page)
    assert "消込 B-1 → KY-0001 北浜エナジー株式会社 ― 700 円 200 円" in said(page)
    assert "margin-plot" not in page.text  # one month is no line
    plot = browser.get("/books/accounts/121?from=2026-04&to=2026-06")
    assert "2026年4月 0円、2026年6月 200円" in said(plot)
    assert browser.get("/books/accounts/999").status_code == 404


@pytest.mark.any_database
@pytest.mark.usefixtures("money")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/books/trial-balance.{}?" + JUNE, "trial-balance-2026-06-2026-06"),
        ("/books/balances.{}?" + JUNE, "balances-2026-06"),
        ("/books/journal.{}?" + JUNE, "journal-2026-06-2026-06"),
        ("/books/accounts/210.{}?" + JUNE, "ledger-210-2026-06-2026-06"),
    ],
)
def test_every_book_is_had_as_a_file_of_its_months(enter, path: str, name: str) -> None:
    browser = enter("accounting_staff")
    starts = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}
    for file_format, start in starts.items():
        made = browser.get(path.format(file_format))
        assert made.status_code == 200
        assert made.data.startswith(start)
        assert f"{name}.{file_format}" in made.headers["Content-Disposition"]
    assert browser.get(path.format("exe")).status_code == 404


@pytest.mark.usefixtures("money")
def test_the_head_closes_the_next_month_with_a_reason_and_the_page_tells_what_stands(
    enter, desk, clock
) -> None:
    clock.pass_by(days=3)  # July
    browser = enter("accounting_head")
    opened = browser.get("/books/closings")
    assert "次に締める期間: 2026年5月" in said(opened)
    assert '<a href="/statements/2025/12">精算の請求・支払</a>' in opened.text
    assert '<a href="/settlement/receipts">未消込の入金</a>' in opened.text
    refused = browser.post("/books/closings/2026-05", {"reason": ""})
    assert refused.status_code == 422
    assert "このまま締める理由を入力してください" in said(refused)
    closed = browser.post("/books/closings/2026-05", {"reason": "7月に処理"}, follow_redirects=True)
    assert "2026年5月を締めました" in said(closed)
    assert "次に締める期間: 2026年6月" in said(closed)
    assert "7月に処理" in said(closed)
    out_of_order = browser.post("/books/closings/2026-08", {"reason": "先に"})
    assert out_of_order.status_code == 422
    assert "次に締めるのは2026年6月です" in said(out_of_order)
    with desk.database.read_session() as session:
        assert [each.period for each in closings(session)] == ["2026-05"]


@pytest.mark.usefixtures("money")
def test_who_may_not_close_sees_the_checklist_and_others_see_nothing(enter) -> None:
    page = said(enter("accounting_staff").get("/books/closings"))
    assert "締めるのは部門経理責任者です" in page
    assert "2026年5月を締める" not in page
    assert enter("accounting_staff").post("/books/closings/2026-05", {"reason": "可"}).status_code == 403
    for login, status in (("operator", 403), ("operation_leader", 403), ("business_user", 404)):
        assert enter(login).get("/books/").status_code == status


@pytest.mark.any_database
def test_empty_books_say_what_makes_entries(enter) -> None:
    browser = enter("accounting_head")
    assert "帳簿にまだ仕訳がありません" in said(browser.get("/books/closings"))
    assert "この条件の仕訳はありません" in said(browser.get("/books/journal"))
    assert "貸借一致" in said(browser.get("/books/"))
