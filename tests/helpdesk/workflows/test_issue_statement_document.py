"""A statement's notice is drawn once; of a month only what is left is drawn; a later version is another document."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from calc_core.contract_period import ContractPeriod
from cases.history import Actor, content_of, read_stream
from helpdesk.desk import Desk
from helpdesk.documents.document import Derivation, Document, LargeAmount, Table
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotFound, Refused
from helpdesk.register.kept_inputs import periods_json
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.settlement.models import BusinessStatement
from helpdesk.workflows import document_archive
from helpdesk.workflows.issue_document import (
    issue_invoice_document,
    issue_payment_notice,
    issue_statement_document,
    issue_statement_documents,
)
from tests.helpdesk.assessed import month, record
from tests.helpdesk.contributing import AREAS, build_retail, everywhere, owe
from tests.helpdesk.settling import Market, build_market

ISSUED = datetime(2026, 8, 20, 1, tzinfo=UTC)


@pytest.fixture
def market(desk: Desk, clock) -> Market:
    with desk.database.write_session() as session:
        return build_market(session, now=clock())


BY, OTHER = Actor(7, "部門担当者"), Actor(8, "全体管理者")


def settled(desk: Desk, market: Market, payment_yen: int = 1_000, *, month: int = 4) -> list[int]:
    """The statements of a month for both businesses, told to them."""
    plants = {("R-1", month): (payment_yen, 0), ("R-2", month): (500, 300), ("R-3", month): (400, 2_400)}
    with desk.database.write_session() as session:
        market.fix(session, plants)
        statements = market.settle(session, month).new
        for statement in statements:
            tell(statement)
        session.flush()
        return [statement.id for statement in statements]


def tell(statement: BusinessStatement) -> None:
    statement.state, statement.issued_at = "issued", ISSUED
    statement.number = f"交付額通知書 第2026-04-{statement.id:04d}号"


def archived(desk: Desk) -> int:
    with desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(IssuedDocument)) or 0


@pytest.mark.parametrize("file_format", document_archive.LETTER_FORMATS)
def test_a_notice_is_the_same_file_for_everybody_for_ever(
    desk: Desk, market: Market, clock, file_format: str
) -> None:
    statement_id, _ = settled(desk, market)
    first = issue_statement_document(desk, statement_id, file_format=file_format, by=BY)
    clock.pass_by(days=900)
    again = issue_statement_document(desk, statement_id, file_format=file_format, by=OTHER)
    assert again == first
    assert first.file_name == f"capacity-2026-04-P001-v1.{file_format}"
    with desk.database.read_session() as session:
        (event,) = read_stream(session, f"statement:{statement_id}")
    assert (event.kind, content_of(event)["sha256"]) == ("document_issued", first.sha256)


def test_a_notified_result_has_the_notice_of_its_statement_and_no_other_file(
    desk: Desk, market: Market
) -> None:
    statement_id, _ = settled(desk, market)
    with desk.database.write_session() as session:
        statement = session.get_one(BusinessStatement, statement_id)
        told = {"fiscal_year": 2026, "delivery_month": 4, "version": 1, "figures": statement.figures}
        told |= {"notified_on": ISSUED.date(), "document_number": statement.number}
        notice = NotifiedResult(business_id=statement.business_id, **told)
        session.add(notice)
        session.flush()
        notice_id = notice.id
    before = issue_payment_notice(desk, notice_id, file_format="docx", by=BY)
    with desk.database.write_session() as session:
        session.get_one(BusinessStatement, statement_id).notified_result_id = notice_id
    after = issue_payment_notice(desk, notice_id, file_format="docx", by=BY)
    assert after == issue_statement_document(desk, statement_id, file_format="docx", by=BY)
    assert (before.file_name, after.file_name) == (
        "notice-2026-04-P001-v1.docx",
        "capacity-2026-04-P001-v1.docx",
    )


def test_of_a_month_only_what_is_left_is_drawn(desk: Desk, market: Market) -> None:
    ids = settled(desk, market)
    alone = issue_statement_document(desk, ids[0], file_format="pdf", by=BY)
    told: list[int] = []
    assert issue_statement_documents(desk, ids, by=BY, progress=told.append) == 1
    assert issue_statement_documents(desk, ids, by=BY) == 0
    assert told[-1] == len(ids)
    assert archived(desk) == len(ids)
    assert issue_statement_document(desk, ids[0], file_format="pdf", by=BY) == alone


def test_whoever_is_stopped_in_the_middle_goes_on_where_he_stopped(
    desk: Desk, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_archive, "_AT_ONCE", 1)
    ids = settled(desk, market)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_statement_documents(desk, ids, by=BY, progress=stop)
    assert archived(desk) == 1
    assert issue_statement_documents(desk, ids, by=BY) == 1
    assert archived(desk) == len(ids)


def test_a_later_version_is_another_document_and_the_first_stays(desk: Desk, market: Market) -> None:
    first_id, _ = settled(desk, market)
    first = issue_statement_document(desk, first_id, file_format="docx", by=BY)
    with desk.database.write_session() as session:
        market.fix(session, {("R-1", 4): (900, 0)})
        [second] = market.settle(session, business="P001").new
        second_id = second.id
        tell(second)
    made = issue_statement_document(desk, second_id, file_format="docx", by=BY)
    assert made.sha256 != first.sha256
    assert made.file_name == "capacity-2026-04-P001-v2.docx"
    assert issue_statement_document(desk, first_id, file_format="docx", by=BY) == first


def test_a_contribution_is_derived_area_by_area_without_naming_the_others(
    desk: Desk, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Document] = []
    monkeypatch.setattr(document_archive, "write", lambda document, _: drawn.append(document) or b"drawn")
    with desk.database.write_session() as session:
        retail = build_retail(session, now=clock())
        retail.share(session, [4], everywhere({"R1": {}, "R2": {"peak_kw_summer": "1/3"}, "R3": {}}))
        for family in ("contribution", "utility_share"):
            retail.settle(session, family, 4)
        told = [
            retail.newest(session, "contribution", 4, "R1"),
            retail.newest(session, "utility_share", 4, "T1"),
        ]
        for statement in told:
            tell(statement)
        owed = [owe(session, retail, statement).id for statement in told]
        ids = [statement.id for statement in told]
    for statement_id, invoice_id in zip(ids, owed, strict=True):
        issue_statement_document(desk, statement_id, file_format="docx", by=BY)
        issue_invoice_document(desk, invoice_id, file_format="docx", by=BY)
    retailer, invoice, utility, _ = drawn
    assert [each.title.partition("：")[0] for each in retailer.of_kind(Derivation)] == list(AREAS)
    assert "R2" not in str(retailer)
    assert "他の小売電気事業者（2者の合計）" in str(retailer)
    assert len(utility.of_kind(Derivation)) == 1
    [areas] = invoice.of_kind(Table)
    assert areas.total[1] == invoice.of_kind(LargeAmount)[0].yen


def test_a_capacity_notice_derives_each_resource_or_names_it(
    desk: Desk, market: Market, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Document] = []
    monkeypatch.setattr(document_archive, "write", lambda document, _: drawn.append(document) or b"drawn")
    contract = {"contract": periods_json([ContractPeriod(1_000, 1_000, 5_832)])}
    with desk.database.write_session() as session:
        market.fix(session, {("R-1", 4): (900, 0)})
        computed = month(market.resources["R-2"], market.owners["R-2"], inputs=contract)
        record(session, [computed], now=clock(), scope={"this": 2})
        settled_now = {"state": "fixed", "fixed_at": clock()}
        session.execute(update(MonthResult).where(MonthResult.state == "computed").values(**settled_now))
        [statement] = market.settle(session, business="P001").new
        tell(statement)
        statement_id = statement.id
    issue_statement_document(desk, statement_id, file_format="docx", by=BY)
    _, resource = drawn[0].of_kind(Derivation)
    assert (resource.title, resource.steps[-1].value) == ("発電所R-2（R-2）", "486,000円")
    assert "発電所R-1（R-1）の額は、月ごとの結果だけからは再計算できません" in str(drawn[0])


def test_what_is_not_issued_or_not_there_is_refused_and_nothing_is_archived(
    desk: Desk, market: Market
) -> None:
    with desk.database.write_session() as session:
        market.fix(session, {("R-1", 4): (900, 0), ("R-2", 4): (1, 0)})
        waiting = [each.id for each in market.settle(session, business="P001").new]
    with pytest.raises(Refused, match="まだ通知していません"):
        issue_statement_document(desk, waiting[0], file_format="pdf", by=BY)
    with pytest.raises(NotFound):
        issue_statement_document(desk, 999_999, file_format="pdf", by=BY)
    with pytest.raises(Refused, match="「csv」はありません"):
        issue_statement_documents(desk, waiting, file_format="csv", by=BY)
    assert archived(desk) == 0
