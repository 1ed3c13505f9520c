"""入金の入力: a receipt typed by hand, an allocation."""

import unicodedata
from collections.abc import Mapping
from datetime import date

from helpdesk.errors import Problem
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


def _one_width(text: str) -> str:
    """As an imported file would have it, so that the same receipt is known whichever way it comes."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
