"""請求書の取り込み: a file of invoices as checked rows for the ledger."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.cells import read_whole
from helpdesk.imports.checked import Checked, first_places
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.kept import Kept
from helpdesk.imports.table_file import Table
from helpdesk.ledger.invoices import InvoiceEntry, record_invoices
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.register.models import ImportedFile, NotifiedResult

COLUMNS = (
    Column("number", "請求書番号", ("請求番号", "invoice_number"), example="KY-2026-07-0001"),
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="P001"),
    Column("kind", "請求の種類", ("種類", "種別", "kind"), example="容量拠出金"),
    Column("fiscal_year", "実需給年度", ("年度", "fiscal_year"), example="2026"),
    Column("delivery_month", "対象月", ("月", "対象実需給月", "delivery_month"), required=False, example="7"),
    Column("amount_yen", "請求額", ("請求金額", "金額", "amount_yen"), example="1,234,567"),
    Column("issued_on", "発行日", ("請求日", "請求書発行日", "issued_on"), example="2026-08-10"),
    Column("due_on", "支払期限", ("支払期日", "期限", "due_on"), example="令和8年8月31日"),
    Column("notice", "通知番号", ("対象の通知", "notice_number"), required=False),
    Column("note", "備考", ("摘要", "note"), required=False),
)
_LONGEST_TERM = timedelta(days=366)


def read_invoices(session: Session, table: Table, today: date) -> Checked:
    """All invoices of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    notices = _Notices(session)
    entries, shown = [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        values = _values(reader, businesses, notices)
        if len(reader.problems) == before:
            entries.append(InvoiceEntry(**values, place=reader.place("number")))
            shown.append(_shown(entries[-1], businesses.name_of(reader.text("business"))))
    first_places(reader, "number")
    reader.refuse_if_wrong()
    headings = ["請求書番号", "事業者", "請求の種類", "対象", "請求額（円）", "発行日", "支払期限"]
    return Checked(entries, headings, shown)


def keep_invoices(
    session: Session, desk: Desk, checked: Checked, *, file: ImportedFile | None, by: Person, now: datetime
) -> Kept:
    """Record them, and let receipts that wait pay them where there is no doubt."""
    recorded = record_invoices(session, checked.entries, now=now)
    matched = match_new_receipts(session, by=by, now=now) if recorded.new else []
    told = {"matched": len({each.content["receipt"] for each in matched})}
    return Kept(len(recorded.new), 0, recorded.known, happened=[*recorded.happened, *matched], told=told)


class _Notices:
    """Notified results by their number."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(NotifiedResult.document_number, NotifiedResult.id, NotifiedResult.business_id)
        )
        self._by_number = {row.document_number: (row.id, row.business_id) for row in rows}

    def find(self, reader: TableReader, business_id: int | None) -> int | None:
        number = reader.text("notice")
        if not number:
            return None
        found = self._by_number.get(number)
        if found is None:
            reader.note("notice", f"通知「{number}」は登録されていません。番号を確かめてください")
        elif business_id is not None and found[1] != business_id:
            reader.note("notice", f"通知「{number}」は別の事業者あてです")
        return found[0] if found else None


def _values(reader: TableReader, businesses: KnownBusinesses, notices: _Notices) -> dict:
    code = reader.text("business", most=20)
    business_id = businesses.id_of(code)
    if code and business_id is None:
        reader.note("business", f"事業者コード「{code}」は登録されていません")
    issued_on, due_on = reader.day("issued_on"), reader.day("due_on")
    if issued_on and due_on and due_on < issued_on:
        reader.note("due_on", f"発行日（{issued_on.isoformat()}）より前です")
    if issued_on and due_on and due_on - issued_on > _LONGEST_TERM:
        reader.note("due_on", f"発行日（{issued_on.isoformat()}）から1年を超えています")
    return {
        "number": reader.text("number"),
        "business_id": business_id,
        "kind": reader.choice("kind", INVOICE_KINDS),
        "fiscal_year": reader.value(
            "fiscal_year", lambda cell: read_whole(cell, least=2016, most=2099, units="年度|年")
        ),
        "delivery_month": reader.value(
            "delivery_month", lambda cell: read_whole(cell, least=1, most=12, units="月分|月")
        ),
        "amount_yen": reader.yen("amount_yen"),
        "issued_on": issued_on,
        "due_on": due_on,
        "notified_result_id": notices.find(reader, business_id),
        "note": reader.text("note", most=500),
    }


def _shown(entry: InvoiceEntry, business: str) -> list[str]:
    month = f" {entry.delivery_month}月分" if entry.delivery_month else ""
    return [
        entry.number,
        business,
        INVOICE_KINDS[entry.kind],
        f"{entry.fiscal_year}年度{month}",
        f"{entry.amount_yen:,}",
        entry.issued_on.isoformat(),
        entry.due_on.isoformat(),
    ]
