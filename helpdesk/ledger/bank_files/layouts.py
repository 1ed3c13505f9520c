"""レコード・フォーマット: which field stands where in the files that banks take and give.

From the standard (全国銀行協会制定フォーマット): 総合振込 (種別 21, 120 bytes), 振込入金通知 (種別 01, 200 bytes, both its
data records: with 10 digits, and B with 12 digits beside them) and 入出金取引明細 (種別 03, 200 bytes, 流動性預金).
This desk's choice, for there is no standard: 振込結果 is the request as it was sent with the outcome in the last seven
bytes of each data record (ダミー) and the sums by outcome in the trailer, as 預金口座振替 gives its results.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

HEADER, DATA, TRAILER, END = "1", "2", "8", "9"
RECORD_NAMES: Final = {
    HEADER: "ヘッダー・レコード",
    DATA: "データ・レコード",
    TRAILER: "トレーラ・レコード",
    END: "エンド・レコード",
}
NUMBER, TEXT = "9", "X"  # digits, right-aligned with zeros before; letters, left-aligned with blanks behind


@dataclass(frozen=True, slots=True)
class Field:
    """項目: our name, the name a person reads, its length, digits or letters, and what must hold.

    `check`: "" any, "required" not empty (a number above 0), "day" YYMMDD in 和暦, "day?" the same or nothing,
    "mmdd" a day of the year, "one of 1 2" one of these, "code" digits that are not all 0.
    """

    name: str
    label: str
    length: int
    kind: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file: its 種別コード, the length of its records, and their fields by データ区分."""

    type_code: str
    label: str
    length: int
    records: Mapping[str, tuple[Field, ...]]


def _n(name: str, label: str, length: int, check: str = "") -> Field:
    return Field(name, label, length, NUMBER, check)


def _c(name: str, label: str, length: int, check: str = "") -> Field:
    return Field(name, label, length, TEXT, check)


def _dummy(length: int) -> Field:
    return Field("dummy", "ダミー", length, TEXT)


def _begin(record: str) -> Field:
    return _n("record", "データ区分", 1, f"one of {record}")


def _type(code: str) -> tuple[Field, ...]:
    return _n("type_code", "種別コード", 2, f"one of {code}"), _n("encoding", "コード区分", 1, "one of 0")


_PERIOD = (
    _n("made_on", "作成日", 6, "day"),
    _n("first_day", "勘定日（自）", 6, "day"),
    _n("last_day", "勘定日（至）", 6, "day"),
)
_OUR_BRANCH = (
    _n("bank_code", "銀行コード", 4, "code"),
    _c("bank_name", "銀行名", 15),
    _n("branch_code", "支店コード", 3),
    _c("branch_name", "支店名", 15),
)
_REQUEST_HEADER = (
    _begin(HEADER),
    *_type("21"),
    _n("client_code", "振込依頼人コード", 10, "code"),
    _c("client_name", "振込依頼人名", 40, "required"),
    _n("value_on", "取組日", 4, "mmdd"),
    _n("bank_code", "仕向銀行番号", 4, "code"),
    _c("bank_name", "仕向銀行名", 15),
    _n("branch_code", "仕向支店番号", 3),
    _c("branch_name", "仕向支店名", 15),
    _n("account_kind", "預金種目（依頼人）", 1, "one of 1 2 9"),
    _n("account_number", "口座番号（依頼人）", 7, "code"),
    _dummy(17),
)
_REQUEST_DATA = (
    _begin(DATA),
    _n("bank_code", "被仕向銀行番号", 4, "code"),
    _c("bank_name", "被仕向銀行名", 15),
    _n("branch_code", "被仕向支店番号", 3),
    _c("branch_name", "被仕向支店名", 15),
    _n("clearing_house", "手形交換所番号", 4),
    _n("account_kind", "預金種目", 1, "one of 1 2 4 9"),
    _n("account_number", "口座番号", 7, "code"),
    _c("holder", "受取人名", 30, "required"),
    _n("amount", "振込金額", 10, "required"),
    _n("new_code", "新規コード", 1),
    _n("payment", "顧客コード1", 10),  # of this desk: the payment
    _n("attempt", "顧客コード2", 10),  # of this desk: which attempt, which part of how many
    _n("delivery", "振込指定区分", 1),
    _c("edi_mark", "識別表示", 1),
)
_TOTAL = (_n("count", "合計件数", 6), _n("sum", "合計金額", 12))
TRANSFER_REQUEST: Final = Layout(
    "21",
    "総合振込",
    120,
    MappingProxyType(
        {
            HEADER: _REQUEST_HEADER,
            DATA: (*_REQUEST_DATA, _dummy(7)),
            TRAILER: (_begin(TRAILER), *_TOTAL, _dummy(101)),
            END: (_begin(END), _dummy(119)),
        }
    ),
)
TRANSFER_RESULT: Final = Layout(
    "21",
    "振込結果",
    120,
    MappingProxyType(
        {
            HEADER: _REQUEST_HEADER,
            DATA: (
                *_REQUEST_DATA,
                _n("outcome", "結果コード", 1, "one of 0 1 2 3 4 8 9"),
                _n("outcome_on", "結果日", 6, "day?"),
            ),
            TRAILER: (
                _begin(TRAILER),
                *_TOTAL,
                _n("paid_count", "振込済件数", 6),
                _n("paid_sum", "振込済金額", 12),
                _n("failed_count", "振込不能・組戻し件数", 6),
                _n("failed_sum", "振込不能・組戻し金額", 12),
                _dummy(65),
            ),
            END: (_begin(END), _dummy(119)),
        }
    ),
)
_REMITTER = (
    _n("remitter_code", "振込依頼人コード", 10),
    _c("remitter_name", "振込依頼人名", 48),
    _c("from_bank", "仕向銀行名", 15),
    _c("from_branch", "仕向店名", 15),
)
_NOTICE_DATA = (
    _begin(DATA),
    _n("inquiry_number", "照会番号", 6),
    _n("booked_on", "勘定日", 6, "day"),
    _n("value_on", "起算日", 6, "day?"),
    _n("amount", "金額", 10),
    _n("cheques", "うち他店券金額", 10),
    *_REMITTER,
    _n("cancelled", "取消区分", 1, "one of 0 1"),
)
DEPOSIT_NOTICE: Final = Layout(
    "01",
    "振込入金通知",
    200,
    MappingProxyType(
        {
            HEADER: (
                _begin(HEADER),
                *_type("01"),
                *_PERIOD,
                *_OUR_BRANCH,
                _n("account_kind", "預金種目", 1, "one of 1 2 4"),
                _n("account_number", "口座番号", 7, "code"),
                _c("account_name", "口座名", 40),
                _dummy(93),
            ),
            DATA: (*_NOTICE_DATA, _c("edi", "EDI情報", 20), _dummy(52)),
            TRAILER: (
                _begin(TRAILER),
                _n("count", "振込合計件数", 6),
                _n("sum", "振込合計金額", 12),
                _n("cancelled_count", "取消合計件数", 6),
                _n("cancelled_sum", "取消合計金額", 12),
                _dummy(163),
            ),
            END: (_begin(END), _dummy(199)),
        }
    ),
)
LARGE_NOTICE_DATA: Final = (  # フォーマットB
    *_NOTICE_DATA,
    _n("large_amount", "金額(2)", 12),
    _n("large_cheques", "うち他店券金額(2)", 12),
    _c("edi", "EDI情報", 20),
    _dummy(28),
)
ACCOUNT_STATEMENT: Final = Layout(
    "03",
    "入出金取引明細",
    200,
    MappingProxyType(
        {
            HEADER: (
                _begin(HEADER),
                *_type("03"),
                *_PERIOD,
                *_OUR_BRANCH,
                _n("reserved", "ダミー", 3),
                _n("account_kind", "預金種目", 1, "one of 1 2 4"),
                _n("account_number", "口座番号", 10, "code"),
                _c("account_name", "口座名", 40),
                _n("overdrawn", "貸越区分", 1),
                _n("passbook", "通帳・証書区分", 1),
                _n("balance_before", "取引前残高", 14),
                _dummy(71),
            ),
            DATA: (
                _begin(DATA),
                _n("inquiry_number", "照会番号", 8),
                _n("booked_on", "勘定日", 6, "day"),
                _n("value_on", "預入・払出日", 6, "day?"),
                _n("direction", "入払区分", 1, "one of 1 2"),
                _n("transaction", "取引区分", 2),
                _n("amount", "取引金額", 12, "required"),
                _n("cheques", "うち他店券金額", 12),
                _n("presented_on", "交換呈示日", 6),
                _n("dishonoured_on", "不渡返還日", 6),
                _n("bill_kind", "手形・小切手区分", 1),
                _n("bill_number", "手形・小切手番号", 7),
                _n("other_branch", "僚店番号", 3),
                *_REMITTER,
                _c("summary", "摘要内容", 20),
                _c("edi", "EDI情報", 20),
                _dummy(1),
            ),
            TRAILER: (
                _begin(TRAILER),
                _n("in_count", "入金件数", 6),
                _n("in_sum", "入金額合計", 13),
                _n("out_count", "出金件数", 6),
                _n("out_sum", "出金額合計", 13),
                _n("overdrawn", "貸越区分", 1),
                _n("balance_after", "取引後残高", 14),
                _n("count", "データ・レコード件数", 7),
                _dummy(139),
            ),
            END: (
                _begin(END),
                _n("records", "レコード総件数", 10),
                _n("accounts", "口座数", 5),
                _dummy(184),
            ),
        }
    ),
)
READ_LAYOUTS: Final = {
    each.type_code: each for each in (TRANSFER_RESULT, DEPOSIT_NOTICE, ACCOUNT_STATEMENT)
}  # by 種別コード
