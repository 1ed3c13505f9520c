"""交付額通知書（支払通知書）: what a business is paid or invoiced for a month of its capacity contracts, and how that came about.

The month, the year so far and what is left; payments less penalties, differences of earlier months, tax, unpaid debt that
is set off; each resource; the steps of the computation, of the whole and of each resource. A month that comes out against the business is told as well.
"""

from collections.abc import Sequence

from helpdesk.documents.document import Block, Column, Document, Fact, Heading, KeyValues, Paragraph, Table
from helpdesk.documents.figures import Figure, fact_of, resource_of, value_of
from helpdesk.documents.resource_table import resource_tables
from helpdesk.documents.statement_blocks import (
    StatementTold,
    about_block,
    adjusted_yen,
    adjustment_blocks,
    amount_block,
    answer_blocks,
    derivation_part,
    replaced_blocks,
)
from helpdesk.presentation import japanese_date

_OVER_THE_YEAR = {
    "contract_amount_yen": "年間の契約金額",
    "month_payment_yen": "今月分",
    "cumulative_payment_yen": "累計（4月から）",
    "remaining_payment_yen": "残額",
}
_IN_THE_ACCOUNT = (
    "payments_yen",
    "penalties_yen",
    "net_yen",
    "tax_yen",
    "offset_yen",
    "total_yen",
    "debt_left_yen",
)
_MARKS = "①②③④⑤⑥⑦"
_DIRECTIONS = {
    "pay": "差引の結果、下記の額をお支払いします。",
    "invoice": "差引の結果、下記の額をご請求します。",
    "none": "差引の結果、お支払い・ご請求する額はありません。",
}


def document_of(told: StatementTold) -> Document:
    """The notice as a letter."""
    statement = told.statement
    own = [figure for figure in statement.figures if resource_of(figure[0]) is None]
    rest = [each for each in own if each[0] not in (*_IN_THE_ACCOUNT, *_OVER_THE_YEAR)]
    subject = f"{told.period}の容量確保契約金額および経済的ペナルティについて、下記のとおり通知します。"
    return Document(
        title=told.title,
        number=told.number,
        dated=told.dated,
        addressee=told.addressee,
        sender=told.sender,
        created=told.issued_at,
        blocks=[
            Paragraph(f"{subject}{_DIRECTIONS[statement.direction]}"),
            amount_block(told),
            about_block(told, *_days(told)),
            *replaced_blocks(told),
            Heading("契約金額の今月分・累計・残額"),
            _over_the_year(own),
            Heading("お支払額・ご請求額の内訳"),
            _account(told, own),
            *([KeyValues([fact_of(figure) for figure in rest])] if rest else []),
            *adjustment_blocks(told),
            *_debt(told),
            *_resources(told),
            *answer_blocks(),
            *derivation_part(told),
        ],
    )


def _days(told: StatementTold) -> list[Fact]:
    if told.statement.direction != "pay" or told.pay_on is None:
        return []
    return [Fact("お支払予定日", f"{japanese_date(told.pay_on)}（銀行営業日）")]


def _over_the_year(own: Sequence[Figure]) -> Table:
    """One line: the contract amounts of the year, of this month, until now, and what is left of them."""
    known = {figure[0]: value_of(figure[3], figure[2]) for figure in own}
    columns = [Column(label, "yen", 18) for label in _OVER_THE_YEAR.values()]
    return Table(
        "容量確保契約金額（全電源等の合計）",
        columns,
        [[known.get(key) for key in _OVER_THE_YEAR]],
        notes=["経済的ペナルティ、調整、消費税および相殺の前の額です。"],
    )


def _account(told: StatementTold, own: Sequence[Figure]) -> Table:
    """From payments and penalties to the total, each line with the lines that it follows from."""
    known = {figure[0]: (figure[1], value_of(figure[3], figure[2])) for figure in own}
    lines: list[tuple[str, str, object]] = []  # key, label, value

    def put(key: str) -> None:
        if key in known:
            lines.append((key, *known[key]))

    put("payments_yen")
    put("penalties_yen")
    if adjustment_blocks(told):
        lines.append(("adjustments_yen", "調整の合計（前月分までの精算）", adjusted_yen(told)))
    for key in ("net_yen", "tax_yen", "offset_yen", "total_yen"):
        put(key)
    marks = {key: mark for (key, _, _), mark in zip(lines, _MARKS, strict=False)}
    rows = [[marks[key], label, _formula(key, marks), value] for key, label, value in lines]
    columns = [
        Column("", width=5),
        Column("項目", width=36),
        Column("計算", width=14),
        Column("金額", "yen", 18),
    ]
    notes = ["金額は円単位です。負の額（−）は、貴社からお支払いいただく額です。"]
    return Table("今月分の計算", columns, rows, notes)


def _formula(key: str, marks: dict[str, str]) -> str:
    mark = {name: marks.get(name, "") for name in (*_IN_THE_ACCOUNT, "adjustments_yen")}
    if key == "net_yen":
        adjusted = f"＋{mark['adjustments_yen']}" if mark["adjustments_yen"] else ""
        return f"{mark['payments_yen']}−{mark['penalties_yen']}{adjusted}"
    if key == "tax_yen":
        return f"{mark['net_yen']}×税率"
    if key == "total_yen":
        offset = f"−{mark['offset_yen']}" if mark["offset_yen"] else ""
        return f"{mark['net_yen']}＋{mark['tax_yen']}{offset}"
    return ""


def _debt(told: StatementTold) -> list[Block]:
    """未払の債務: what was open before, what of it this payment settles, invoice by invoice, what stays open."""
    statement = told.statement
    if not statement.carried_debt_yen:
        return []
    left_yen = statement.carried_debt_yen - statement.offset_yen
    blocks: list[Block] = [
        Heading("未払の債務と相殺", 2),
        KeyValues(
            [
                Fact("前月分までの未払の債務", statement.carried_debt_yen, "yen"),
                Fact("今月分から充てる額（相殺）", statement.offset_yen, "yen"),
                Fact("残る未払の債務", left_yen, "yen"),
            ]
        ),
    ]
    if told.set_off:
        columns = [Column("請求書", width=40), Column("お支払期限", "day"), Column("充てる額", "yen", 16)]
        rows = [[each.invoice_number, each.due_on, each.yen] for each in told.set_off]
        total = ["合計", None, sum(each.yen for each in told.set_off)]
        blocks.append(Table("相殺する請求", columns, rows, total=total))
    if left_yen:
        blocks.append(
            Paragraph("残る未払の債務は、翌月以降の精算に繰り越します。重ねてご請求はしません。", "note")
        )
    return blocks


def _resources(told: StatementTold) -> list[Block]:
    tables = resource_tables(told.statement.figures)
    return [Heading("電源等ごとの金額"), *tables] if tables else []
