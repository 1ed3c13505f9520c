"""交付額通知書: what a business is told of a month: the total, the sums behind it, each resource, how it came about."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from calc_core.narration import number_text
from cases.business_calendar import JAPAN
from helpdesk.documents.document import (
    Block,
    Document,
    Fact,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
)
from helpdesk.documents.figures import Figure, derivation_blocks, fact_of, resource_of
from helpdesk.documents.resource_table import resource_tables
from helpdesk.presentation import japanese_date
from helpdesk.register.models import NotifiedResult

_TITLE = "交付額通知書"
_TOTAL = "total_yen"


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
            *resource_tables(notice.figures),
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


def _derivation(statement: dict[str, Any] | None) -> list[Block]:
    if statement is None:
        return []
    return [PageBreak(), Heading("算定の根拠"), *derivation_blocks(statement)]
