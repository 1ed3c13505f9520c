"""振込先口座の取り込み: where each business is paid, since a day; names as a bank writes them, told at once where it cannot."""

from collections.abc import Callable
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
from helpdesk.ledger.kana import bank_kana, kana_problem
from helpdesk.register.models.addressing import ACCOUNT_KINDS, BankAccount

COLUMNS = (
    Column("business", "事業者コード", ("事業者番号", "business_code"), example="P001"),
    Column("valid_from", "適用開始日", ("適用日", "開始日", "valid_from"), example="2026-04-01"),
    Column("bank_code", "銀行番号", ("銀行コード", "金融機関コード", "bank_code"), example="0999"),
    Column("bank_name_kana", "銀行名カナ", ("銀行名（カナ）", "bank_name_kana"), example="ｶｸｳ"),
    Column("branch_code", "支店番号", ("支店コード", "店番", "branch_code"), example="001"),
    Column("branch_name_kana", "支店名カナ", ("支店名（カナ）", "branch_name_kana"), example="ﾎﾝﾃﾝ"),
    Column("account_kind", "預金種目", ("口座種別", "科目", "account_kind"), example="普通"),
    Column("account_number", "口座番号", ("account_number",), example="0012345"),
    Column(
        "holder_kana",
        "口座名義カナ",
        ("口座名義（カナ）", "受取人名", "holder_kana"),
        example="ｷﾀﾊﾏｴﾅｼﾞ-(ｶ",
    ),
)
_KEY = ("business_id", "valid_from")
_LABELS = {column.name: column.label for column in COLUMNS if column.name not in ("business", "valid_from")}


def _digits(length: int) -> Callable[[str], str]:
    """A number of so many digits; zeros that a spreadsheet dropped in front are put back."""

    def read(cell: str) -> str:
        text = plain(cell).replace("-", "")
        if not (text.isascii() and text.isdigit() and len(text) <= length and int(text) > 0):
            raise NotReadable(f"「{cell.strip()[:20]}」は {length}桁までの番号ではありません")
        return text.zfill(length)

    return read


def _branch(cell: str) -> str:
    text = plain(cell)
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise NotReadable(f"「{cell.strip()[:20]}」は 3桁までの番号ではありません")
    return text.zfill(3)


def _kana(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        written = bank_kana(cell)
        if words := kana_problem(written, most=most):
            raise NotReadable(words)
        return written

    return read


_READ: Final[dict[str, Callable[[str], str]]] = {
    "bank_code": _digits(4),
    "bank_name_kana": _kana(15),
    "branch_code": _branch,
    "branch_name_kana": _kana(15),
    "account_number": _digits(7),
    "holder_kana": _kana(30),
}


def read_bank_accounts(session: Session, table: Table, today: date) -> Checked:
    """All accounts of the table. Raises `Refused` with every problem, by row and column."""
    reader, businesses = TableReader(table, COLUMNS), KnownBusinesses(session)
    keys, entries, shown = RowKeys(reader), [], []
    for row in reader.rows():
        reader.at(row)
        before = len(reader.problems)
        code = reader.text("business", most=20)
        entry = {
            "business_id": businesses.id_of(code),
            "valid_from": reader.day("valid_from"),
            "account_kind": reader.choice("account_kind", ACCOUNT_KINDS),
            **{name: reader.value(name, read) for name, read in _READ.items()},
        }
        if code and entry["business_id"] is None:
            reader.note("business", f"事業者コード「{code}」は登録されていません")
        if len(reader.problems) > before:
            continue
        keys.add(tuple(entry[name] for name in _KEY), "business", "同じ事業者・適用開始日")
        entries.append(entry)
        told = {name: entry[name] for name in _LABELS} | {
            "account_kind": ACCOUNT_KINDS[entry["account_kind"]]
        }
        shown.append([businesses.name_of(code), entry["valid_from"].isoformat(), *told.values()])
    reader.refuse_if_wrong()
    return Checked(entries, ["事業者", "適用開始日", *_LABELS.values()], shown, reader.warnings)


BANK_ACCOUNTS: Final = ImportKind(
    "bank_accounts",
    "振込先口座",
    COLUMNS,
    read_bank_accounts,
    keep_versions(
        BankAccount, key=_KEY, labels=_LABELS, words=lambda session: {"account_kind": ACCOUNT_KINDS}
    ),
    "keep_addressees",
    "事業者への支払を振り込む口座です。名義は銀行に届け出たカナで入れます。取組日に有効な口座へ振り込みます。",
)
