"""Files as people send them, for the tests of the imports."""

import io
from typing import Any

import openpyxl

INVOICES = "請求書番号,事業者コード,請求の種類,実需給年度,対象月,請求額,発行日,支払期限\n"
RECEIPTS = "取引番号,入金日,入金額,振込人名,事業者コード\n"
ONE_INVOICE = "KY-0001,P001,容量拠出金,2026,4,1000000,2026-06-01,2026-06-26\n"
ONE_RECEIPT = "B-1,2026-06-29,1000000,ｶ)ｷﾀﾊﾏ,P001\n"
CONTRACTS = "電源等コード,電源等名,事業者コード,エリア,電源等区分,設備容量(kW),実需給年度,契約容量(kW),約定単価(円/kW)\n"
ONE_CONTRACT = 'R-9,北浜発電所 9号機,P001,関西,安定電源,"100,000",2026,90000,5832\n'
PLANS = "電源等コード,計画番号,提出日時,開始,終了,利用可能容量(kW),取消,備考\n"
ONE_PLAN = "R-9,KT-1,2026-04-10 15:30,2026-05-01 08:30,,50000,,定期検査\n"


def workbook(rows: list[list[Any]]) -> bytes:
    """An .xlsx file with these cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
