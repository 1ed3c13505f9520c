"""交付額通知書: what a business is told of a month: the total, the sums behind it, each resource, how it came about."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from calc_core.narration import number_text
from cases.business_calendar import JAPAN
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Table,
)
from helpdesk.documents.figures import (
    Figure,
    derivation_blocks,
    fact_of,
    kind_of,
    resource_of,
    split_labels,
    value_of,
)
from helpdesk.presentation import japanese_date
from helpdesk.register.models import NotifiedResult

_TITLE = "交付額通知書"
_TOTAL = "total_yen"
_SUMS = {"payment_yen": "payments_yen", "penalty_yen": "penalties_yen"}  # of a column → the notice's own sum
_WIDE_FROM = 7  # so many figures a resource are read on a lying page


def document_of(
    notice: NotifiedResult,
    *,
    sender: Sequence[str],
    statement: dict[str, Any] | None = None,
    replaced: NotifiedResult | None = None,
) -> Document:
    """The notice as a letter; `statement` is a calculation with exactly its figures, `replaced` the version before."""
    period = f"{notice.fiscal_year}年度 {notice.delivery_month}月分"
    own = [figure for figure in notice.figures if resource_of(figure[0]) is None]
    total = next((figure for figure in own if figure[0] == _TOTAL), None)
    return Document(
        title=_TITLE,
        number=notice.document_number,
        dated=notice.notified_on,
        addressee=[f"{notice.business.name}　御中"],
        sender=sender,
        created=datetime.combine(notice.notified_on, time(), JAPAN),
        blocks=[
            Paragraph(f"{period}の容量確保契約金額について、下記のとおり通知します。"),
            *([Paragraph(_total_in_words(total), "strong")] if total else []),
            KeyValues(
                [
                    Fact("事業者", f"{notice.business.name}（{notice.business.code}）"),
                    Fact("対象", period),
                    Fact("版", f"第{notice.version}版"),
                ]
            ),
            *_replaced(notice, replaced),
            Heading("内訳"),
            KeyValues([fact_of(figure) for figure in own]),
            *_resources(notice.figures),
            Paragraph("金額は円単位です。負の金額（−）は、貴社から支払われる額です。", "note"),
            *_derivation(statement),
        ],
    )


def _total_in_words(total: Figure) -> str:
    """`交付額または請求額（税込）　−8,553,600円（貴社からお支払いいただく額）`."""
    _, label, unit, exact = total
    direction = "（貴社からお支払いいただく額）" if exact.startswith("-") else ""
    return f"{label}　{number_text(exact, unit)}{direction}"


def _replaced(notice: NotifiedResult, replaced: NotifiedResult | None) -> list[Block]:
    told: list[Block] = []
    if replaced is not None:
        told.append(
            Paragraph(
                f"この通知は、{japanese_date(replaced.notified_on)}付けの{replaced.document_number}"
                f"（第{replaced.version}版）に差し替わるものです。",
                "strong",
            )
        )
    if notice.reason:
        told.append(Paragraph(f"この版を発行した理由: {notice.reason}"))
    return told


def _resources(figures: Sequence[Figure]) -> list[Block]:
    """A line for each resource, a column for each of its figures, the notice's own sums below."""
    by_resource: dict[str, list[Figure]] = {}
    for figure in figures:
        code = resource_of(figure[0])
        if code is not None:
            by_resource.setdefault(code, []).append(figure)
    columns: dict[str, Column] = {}
    names = {}
    for code, own in by_resource.items():
        names[code], labels = split_labels(own)
        for figure, label in zip(own, labels, strict=True):
            columns.setdefault(_name(figure), Column(label, kind_of(figure[2]), 16))
    if not columns:
        return []
    rows = []
    for code, own in by_resource.items():
        values = {_name(figure): value_of(figure[3], figure[2]) for figure in own}
        rows.append([names[code] or code, code, *(values.get(name) for name in columns)])
    sums = {figure[0]: value_of(figure[3], figure[2]) for figure in figures}
    total = ["合計", "", *(sums.get(_SUMS.get(name, "")) for name in columns)]
    heads = [Column("電源等", width=30), Column("番号", width=12), *columns.values()]
    return [
        Table("電源等ごとの内訳", heads, rows, total=total, wide=_is_wide(list(columns), figures)),
    ]


def _is_wide(columns: Sequence[str], figures: Sequence[Figure]) -> bool:
    """Whether the figures do not stand side by side on an upright page: many of them, or with their fractions."""
    return len(columns) >= _WIDE_FROM or any("/" in figure[3] for figure in figures)


def _derivation(statement: dict[str, Any] | None) -> list[Block]:
    if statement is None:
        return []
    return [PageBreak(), Heading("算定の根拠"), *derivation_blocks(statement)]


def _name(figure: Figure) -> str:
    return figure[0].rpartition(".")[2]
