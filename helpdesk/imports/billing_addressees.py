"""請求先の取り込み: whom each business wants its notices, invoices and reminders addressed to, since a day."""

import re
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from helpdesk.imports.businesses import KnownBusinesses
from helpdesk.imports.cells import NotReadable, plain
from helpdesk.imports.checked import Checked, RowKeys
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.table_file import Table
from helpdesk.imports.versioned import keep_versions
from helpdesk.register.models.addressing import BillingAddressee

COLUMNS = (
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="P001"),
    Column("valid_from", "適用開始日", ("適用日", "開始日", "valid_from"), example="2026-04-01"),
    Column("postal_code", "郵便番号", ("postal_code",), False, "530-0001"),
    Column("address", "住所", ("所在地", "address"), False, "大阪府大阪市北区"),
    Column("department", "部署", ("部署名", "department"), False, "経理部"),
    Column("person", "担当者", ("担当者名", "宛名", "person"), False, "田中 由紀"),
    Column("mail_address", "メールアドレス", ("メール", "mail_address"), False, "keiri@kitahama.example"),
)
_KEY = ("business_id", "valid_from")
_TEXTS = {"address": 300, "department": 200, "person": 100}
_LABELS = {column.name: column.label for column in COLUMNS[2:]}
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


def _postal_code(cell: str) -> str:
    digits = plain(cell).removeprefix("〒").strip().replace("-", "")
    if not re.fullmatch(r"[0-9]{7}", digits, re.ASCII):
        raise NotReadable(f"「{cell.strip()[:20]}」は郵便番号（7桁）ではありません")
    return f"{digits[:3]}-{digits[3:]}"


def _mail_address(cell: str) -> str:
    text = plain(cell)
    if len(text) > 320 or not _MAIL.fullmatch(text):
        raise NotReadable(f"「{cell.strip()[:30]}」はメールアドレス 1 件（名前@ドメイン）ではありません")
    return text


def read_billing_addressees(session: Session, table: Table, today: date) -> Checked:
    """All addressees of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = reader.text("business", most=20)
        entry = {
            "business_id": businesses.id_of(code),
            "valid_from": reader.day("valid_from"),
            "postal_code": reader.value("postal_code", _postal_code) or "",
            **{name: reader.text(name, most=most) for name, most in _TEXTS.items()},
            "mail_address": reader.value("mail_address", _mail_address) or "",
        }
        if code and entry["business_id"] is None:
            reader.note("business", f"事業者コード「{code}」は登録されていません")
        if len(reader.problems) == before and not (entry["address"] or entry["mail_address"]):
            reader.note("address", "住所かメールアドレスのどちらかが必要です")
        if len(reader.problems) > before:
            continue
        keys.add(tuple(entry[name] for name in _KEY), "business", "同じ事業者・適用開始日")
        entries.append(entry)
        told = (entry[name] or "―" for name in _LABELS)
        shown.append([businesses.name_of(code), entry["valid_from"].isoformat(), *told])
    reader.refuse_if_wrong()
    return Checked(entries, ["事業者", "適用開始日", *_LABELS.values()], shown, reader.warnings)


BILLING_ADDRESSEES: Final = ImportKind(
    "billing_addressees",
    "請求先",
    COLUMNS,
    read_billing_addressees,
    keep_versions(BillingAddressee, key=_KEY, labels=_LABELS),
    "keep_addressees",
    "通知書・請求書・督促状のあて先です。適用開始日から、その事業者のあて先になります。",
)
