"""入金の取り込み: a file of receipts, as the bank's statement gives them, as checked rows for the ledger."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.checked import Checked, first_places
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.kept import Kept
from helpdesk.imports.table_file import Table
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts
from helpdesk.ledger.reversing import reversed_references, told_reversed
from helpdesk.register.models import ImportedFile

_MOST_TOLD = 50
COLUMNS = (
    Column("reference", "取引番号", ("照会番号", "取引照会番号", "reference"), example="20260831-000123"),
    Column("received_on", "入金日", ("勘定日", "取扱日", "起算日", "received_on"), example="2026-08-31"),
    Column("amount_yen", "入金額", ("入金金額", "金額", "amount_yen"), example="1,234,567"),
    Column(
        "payer",
        "振込人名",
        ("振込依頼人名", "振込人名カナ", "依頼人名", "payer_name_kana"),
        required=False,
        example="ｶ)ｷﾀﾊﾏｴﾅｼﾞ-",
    ),
    Column("business", "事業者コード", ("事業者番号", "business_code"), required=False, example="P001"),
)


def read_receipts(session: Session, table: Table, today: date) -> Checked:
    """All receipts of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    entries, shown = [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = reader.text("business", most=20)
        values = {
            "reference": reader.text("reference", most=100),
            "business_id": businesses.id_of(code),
            "payer_name_kana": reader.text("payer", most=200),
            "amount_yen": reader.yen("amount_yen"),
            "received_on": reader.day("received_on"),
        }
        if code and values["business_id"] is None:
            reader.note("business", f"事業者コード「{code}」は登録されていません")
        if values["received_on"] and values["received_on"] > today:
            reader.note("received_on", f"今日（{today.isoformat()}）より後の日付です")
        if len(reader.problems) == before:
            entry = ReceiptEntry(**values, place=reader.place("reference"))
            entries.append(entry)
            name = businesses.name_of(code) if code else "（未特定）"
            shown.append(
                [
                    entry.reference,
                    entry.received_on.isoformat(),
                    f"{entry.amount_yen:,}",
                    entry.payer_name_kana,
                    name,
                ]
            )
    first_places(reader, "reference")
    reader.refuse_if_wrong()
    gone = reversed_references(session, [entry.reference for entry in entries])
    warnings = [f"取引番号「{key}」の入金は{told_reversed(row)}" for key, row in gone.items()]
    return Checked(
        entries,
        ["取引番号", "入金日", "入金額（円）", "振込人名", "事業者"],
        shown,
        warnings[:_MOST_TOLD],
    )


def keep_receipts(
    session: Session, desk: Desk, checked: Checked, *, file: ImportedFile | None, by: Person, now: datetime
) -> Kept:
    """Book them, and let them pay invoices where there is no doubt."""
    recorded = record_receipts(session, checked.entries, by=by, now=now)
    matched = match_new_receipts(session, by=by, now=now) if recorded.new else []
    told = {"matched": len({each.content["receipt"] for each in matched})}
    return Kept(len(recorded.new), 0, recorded.known, happened=[*recorded.happened, *matched], told=told)
