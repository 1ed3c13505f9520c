"""異議申立て決定通知書: what was claimed, what was found, what is decided and why, and what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.objection_state import ACCEPTED, DECISIONS, PARTLY_ACCEPTED, REJECTED
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    Listing,
    PageBreak,
    Paragraph,
    Quotation,
    Table,
)
from helpdesk.documents.figures import Figure, derivation_blocks, value_of
from helpdesk.presentation import japanese_date

MEANINGS = {
    ACCEPTED: "お申立てを認めます",
    PARTLY_ACCEPTED: "お申立ての一部を認めます",
    REJECTED: "お申立てを認めません",
}
_TITLE = "異議申立てに対する決定通知書"
_TOTAL = "total_yen"


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """申立ての一項目: what the business wants corrected, in words, and whether that is accepted."""

    text: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTold:
    """決定の内容: everything that the letter says; figures as [key, label, unit, exact text].

    `claimed_figures` are what the month comes to on the claimed inputs, or the amounts that were claimed; `decided`
    what counts from now on. `corrected_notice` is the version that replaces the notice, with its date.
    """

    case_number: str
    business_name: str
    contact_name: str
    sender: Sequence[str]
    decided_at: datetime
    dated: date
    received_on: date
    notice_number: str
    period: str
    notified_on: date
    grounds: str
    claims: Sequence[DecidedClaim]
    decision: str  # one of cases.objection_state.DECISIONS
    reason: str
    notified: Sequence[Figure]
    recomputed: Sequence[Figure]
    claimed_figures: Sequence[Figure]
    decided: Sequence[Figure]
    corrected_notice: tuple[str, date] | None = None
    statement: dict[str, Any] | None = None


def document_of(told: DecisionTold) -> Document:
    """The decision as a letter."""
    return Document(
        title=_TITLE,
        number=f"案件番号 {told.case_number}",
        dated=told.dated,
        addressee=[told.business_name, f"{told.contact_name} 様"],
        sender=told.sender,
        created=told.decided_at,
        blocks=[
            Paragraph(
                f"{japanese_date(told.received_on)}に受け付けた異議申立てについて、下記のとおり決定しましたので通知します。"
            ),
            Heading("決定"),
            KeyValues(
                [
                    Fact("決定", f"{DECISIONS[told.decision]}（{MEANINGS[told.decision]}）"),
                    Fact("対象の通知", f"{told.notice_number}（{told.period}）"),
                    Fact("通知日", japanese_date(told.notified_on)),
                    Fact("受付日", japanese_date(told.received_on)),
                ]
            ),
            Heading("決定の理由"),
            Paragraph(told.reason),
            Heading("申立ての内容"),
            *_claims(told),
            Heading("金額"),
            _comparison(told),
            Heading("今後の取扱い"),
            Listing(_what_happens_next(told)),
            *_derivation(told.statement),
        ],
    )


def _claims(told: DecisionTold) -> list[Block]:
    blocks: list[Block] = [Quotation(told.grounds)] if told.grounds.strip() else []
    if told.claims:
        rows = [
            [number, claim.text, "認めます" if claim.accepted else "認めません"]
            for number, claim in enumerate(told.claims, 1)
        ]
        columns = [
            Column("番号", "whole", 6),
            Column("訂正を求められた内容", width=60),
            Column("判断", width=12),
        ]
        blocks.append(Table("訂正を求められた内容についての判断", columns, rows))
    return blocks or [Paragraph("（記載なし）", "note")]


def _comparison(told: DecisionTold) -> Table:
    """通知・再計算・申立て・決定, for every figure in which they differ and for the total."""
    sides = [
        {figure[0]: (figure[3], figure[2]) for figure in side}
        for side in (told.notified, told.recomputed, told.claimed_figures, told.decided)
    ]
    labels = {
        figure[0]: figure[1]
        for side in (told.notified, told.recomputed, told.claimed_figures, told.decided)
        for figure in side
    }
    rows = []
    for key, label in labels.items():
        values = [side.get(key) for side in sides]
        if key == _TOTAL or len({value[0] for value in values if value}) > 1:
            rows.append([label, *(_shown(value) for value in values)])
    columns = [
        Column("項目", width=36),
        Column("通知", "figure", 16),
        Column("再計算", "figure", 16),
        Column("申立て", "figure", 16),
        Column("決定", "figure", 16),
    ]
    notes = [
        "再計算は登録されている内容による額、申立ては申立ての内容による額です。同じ項目は省いています。",
    ]
    return Table(f"{told.period}の金額", columns, rows, notes)


def _shown(value: tuple[str, str] | None) -> str | int | None:
    if value is None:
        return None
    exact, unit = value
    shown = value_of(exact, unit)
    if isinstance(shown, int) and unit == "yen":
        return f"{'−' if shown < 0 else ''}{abs(shown):,}円"
    return shown


def _what_happens_next(told: DecisionTold) -> list[str]:
    steps = []
    if told.corrected_notice is not None:
        number, notified_on = told.corrected_notice
        steps.append(
            f"{japanese_date(notified_on)}付けで、訂正した通知（{number}）を発行します。"
            f"先の通知（{told.notice_number}）は、この通知に差し替わります。"
        )
        same = _total(told.notified) == _total(told.decided)
        steps.append(
            "交付額または請求額に変更はありません。" if same else "差額は、次回以降の精算で調整します。"
        )
    else:
        steps.append(f"{told.notice_number}で通知した金額に変更はありません。")
    steps.append(
        f"この決定についてのお問合せは、案件番号 {told.case_number} を添えて、問合せ窓口までご連絡ください。"
    )
    return steps


def _total(figures: Sequence[Figure]) -> str | None:
    return next((figure[3] for figure in figures if figure[0] == _TOTAL), None)


def _derivation(statement: dict[str, Any] | None) -> list[Block]:
    if statement is None:
        return []
    return [PageBreak(), Heading("算定の根拠"), *derivation_blocks(statement)]
