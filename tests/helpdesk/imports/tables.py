"""Files as people send them, for the tests of the imports."""

import io
from typing import Any

import openpyxl

INVOICES = "請求書番号,事業者コード,請求の種類,実需給年度,対象月,請求額,発行日,支払期限\n"
RECEIPTS = "取引番号,入金日,入金額,振込人名,事業者コード\n"
ONE_INVOICE = "KY-0001,P001,容量拠出金,2026,4,1000000,2026-06-01,2026-06-26\n"
ONE_RECEIPT = "B-1,2026-06-29,1000000,ｶ)ｷﾀﾊﾏ,P001\n"


def workbook(rows: list[list[Any]]) -> bytes:
    """An .xlsx file with these cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
