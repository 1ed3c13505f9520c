"""入金の入力: a receipt typed by hand, an allocation."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from helpdesk.errors import Problem, Refused
from helpdesk.forms.fields import FormReader
from helpdesk.imports.cells import MOST_YEN
from helpdesk.ledger.receipts import ReceiptEntry


def read_receipt(values: Mapping[str, str], businesses: Mapping[str, str], today: date) -> ReceiptEntry:
    """The receipt's form. Raises `Refused` with every problem."""
    reader = FormReader(values)
    reference = reader.text("reference", "取引番号", required=True, most=100)
    received_on = reader.day("received_on", "入金日", required=True)
    if received_on is not None and received_on > today:
        reader.problems.append(Problem("入金日", f"今日（{today.isoformat()}）より後の日付です"))
    if received_on is not None and received_on.year < 2016:
        reader.problems.append(Problem("入金日", "年を確かめてください"))
    amount_yen = reader.whole("amount_yen", "入金額", required=True, least=1, most=MOST_YEN)
    payer = reader.text("payer", "振込人名", most=200)
    business = reader.choice("business", "事業者", businesses)
    reader.refuse_if_wrong()
    assert received_on is not None and amount_yen is not None  # noqa: PT018
    return ReceiptEntry(
        _one_width(reference), int(business) if business else None, _one_width(payer), amount_yen, received_on
    )


def read_allocation(values: Mapping[str, str]) -> tuple[str, int]:
    """The invoice's number and the amount. Raises `Refused` with every problem."""
    reader = FormReader(values)
    number = reader.text("number", "請求書番号", required=True, most=60)
    amount_yen = reader.whole("amount_yen", "消込額", required=True, least=1, most=MOST_YEN)
    reader.refuse_if_wrong()
    return number, amount_yen or 0


def read_choice(values: Sequence[str]) -> list[tuple[int, str, int]]:
    """The ticked lines of the queue: `receipt:yen:invoice number` each. Raises `Refused`."""
    return [_part(value) for value in values]


def read_together(receipt_id: int, values: Sequence[str]) -> list[tuple[int, str, int]]:
    """The parts of a receipt that pays several invoices: `yen:invoice number` each. Raises `Refused`."""
    return [_part(f"{receipt_id}:{value}") for value in values]


def read_refund(values: Mapping[str, str], businesses: Mapping[str, str]) -> tuple[int, int | None]:
    """How much is given back and, where the receipt's business is not recorded, to whom. Raises `Refused`."""
    reader = FormReader(values)
    amount_yen = reader.whole("refund_yen", "返金額", required=True, least=1, most=MOST_YEN)
    business = reader.choice("payee", "返金先", businesses)
    reader.refuse_if_wrong()
    return amount_yen or 0, int(business) if business else None


def _part(value: str) -> tuple[int, str, int]:
    receipt, _, rest = value.partition(":")
    yen, _, number = rest.partition(":")
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in (receipt, yen)):
        raise Refused([Problem("消込", "選択を読み取れません。画面を開き直してください")])
    return int(receipt), number, int(yen)


def _one_width(text: str) -> str:
    """As an imported file would have it, so that the same receipt is known whichever way it comes."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
