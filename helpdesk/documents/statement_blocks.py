"""精算の通知の部分: what every notice of a statement says, whatever its family: of what, replacing what, how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from helpdesk.clock import in_japan
from helpdesk.documents.document import (
    Block,
    Column,
    Derivation,
    Fact,
    Heading,
    KeyValues,
    LargeAmount,
    PageBreak,
    Paragraph,
    Table,
)
from helpdesk.documents.figures import Figure
from helpdesk.presentation import japanese_date
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import BusinessStatement, SettlementItem

TITLES = {
    "capacity": "交付額通知書",
    "contribution": "請求額通知書",
    "utility_share": "負担額通知書",
    "provisional": "仮請求額通知書",
    "surcharge": "未回収分負担額通知書",
    "refund": "還元額通知書",
}
AMOUNTS = {"pay": "お支払額", "invoice": "ご請求額", "none": "お支払額"}


@dataclass(frozen=True, slots=True)
class SetOffTold:
    """充当の一行: an invoice that is not paid, and what of it this statement settles."""

    invoice_number: str
    due_on: date
    yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTold:
    """精算の通知の材料: an issued statement and what stands around it.

    `items` are the differences of earlier months that it settles; `derivation` is empty where the computation no longer
    gives its figures, `by_resource` has one for each resource; `not_derived` names those that kept figures do not lead to,
    `left_out` counts those without a penalty where there are too many. `pay_on` is the bank day on which it is paid, for a statement that is paid.
    """

    statement: BusinessStatement
    number: str
    issued_at: datetime
    addressee: Sequence[str]
    sender: Sequence[str]
    replaced: BusinessStatement | None = None
    items: Sequence[SettlementItem] = ()
    set_off: Sequence[SetOffTold] = ()
    pay_on: date | None = None
    derivation: Sequence[Derivation] = ()
    by_resource: Sequence[Derivation] = ()
    not_derived: Sequence[str] = ()
    left_out: int = 0

    @property
    def title(self) -> str:
        """What the notice is called: as its number says, else by its family."""
        named, found, _ = self.number.partition(" 第")
        title = named if found else TITLES[self.statement.family]
        is_turned = self.statement.family == "capacity" and self.statement.direction == "invoice"
        return f"{title}（差引請求のお知らせ）" if is_turned else title

    @property
    def dated(self) -> date:
        """The day of issue in Japan."""
        return in_japan(self.issued_at).date()

    @property
    def period(self) -> str:
        """`2026年度4月分`; a whole year `2026年度分`."""
        return month_name((self.statement.fiscal_year, self.statement.delivery_month))


def amount_block(told: StatementTold, *, taxed: bool = True) -> LargeAmount:
    """The amount that is paid or invoiced, never with a sign; which of the two it is stands in words."""
    statement = told.statement
    label = AMOUNTS[statement.direction] + ("（税込）" if taxed else "")
    if statement.direction == "pay":
        remark = f"{japanese_date(told.pay_on)}に貴社の登録口座へ振り込む予定です" if told.pay_on else ""
    elif statement.direction == "invoice":
        remark = "貴社からお支払いいただく額です。お支払期限とお振込先は、別にお送りする請求書に記載します"
    elif statement.offset_yen:
        remark = f"未払の債務に{statement.offset_yen:,}円を充てたため、お支払いする額はありません"
    else:
        remark = "お支払い・ご請求する額はありません"
    return LargeAmount(label, abs(statement.total_yen), remark)


def about_block(told: StatementTold, *more: Fact) -> KeyValues:
    """Business, period, version."""
    business = told.statement.business
    return KeyValues(
        [
            Fact("事業者", f"{business.name}（{business.code}）"),
            Fact("対象", told.period),
            Fact("版", f"第{told.statement.version}版"),
            *more,
        ]
    )


def replaced_blocks(told: StatementTold) -> list[Block]:
    """Which notice it takes the place of, and from what amount to what amount."""
    before = told.replaced
    if before is None or before.number is None or before.issued_at is None:
        return []
    words = f"この通知は、{japanese_date(before.issued_at)}付けの{before.number}（第{before.version}版）に差し替わるものです。"
    compared = Table(
        "差し替え前後の額",
        [
            Column("", width=20),
            Column("差し替え前", "yen"),
            Column("差し替え後", "yen"),
            Column("差額", "yen"),
        ],
        [
            [label, old, new, new - old]
            for label, old, new in (
                ("差引額（税抜）", before.net_yen, told.statement.net_yen),
                ("合計", before.total_yen, told.statement.total_yen),
            )
        ],
        notes=["負の額（−）は、貴社からお支払いいただく額です。"],
    )
    return [Paragraph(words, "strong"), compared]


def adjustment_blocks(told: StatementTold) -> list[Block]:
    """The differences of earlier months with their reasons, each with the month that it is of."""
    months = {(item.reason, item.yen): (item.fiscal_year, item.delivery_month) for item in told.items}
    rows: list[list[object]] = []
    for each in told.statement.inputs.get("adjustments", ()):
        reason, yen = each["reason"], int(each["yen"])
        rows.append([month_name(months[reason, yen]) if (reason, yen) in months else "", reason, yen])
    if not rows:
        return []
    table = Table(
        "調整の内訳",
        [Column("対象月", width=16), Column("理由", width=44), Column("調整額", "yen", 16)],
        rows,
        notes=["正の額は貴社に有利な額、負の額（−）は貴社に不利な額です。消費税を加える前の額です。"],
        total=["合計", "", adjusted_yen(told)],
    )
    return [table]


def adjusted_yen(told: StatementTold) -> int:
    """What the adjustments come to."""
    return sum(int(each["yen"]) for each in told.statement.inputs.get("adjustments", ()))


def figure_of(statement: BusinessStatement, key: str) -> Figure | None:
    """One of the statement's figures."""
    return next((figure for figure in statement.figures if figure[0] == key), None)


def derivation_part(told: StatementTold) -> list[Block]:
    """算定の根拠 on pages of its own: of the whole, then of each resource."""
    found = [*told.derivation, *_of_resources(told)]
    return [PageBreak(), Heading("算定の根拠"), *found] if found else []


def _of_resources(told: StatementTold) -> list[Block]:
    if not (told.by_resource or told.not_derived or told.left_out):
        return []
    blocks: list[Block] = [Heading("電源等ごとの算定の根拠", 2), *told.by_resource]
    if told.by_resource:
        words = "未達成コマおよび未達成量は、当月の算定で確定した値です。"
        blocks.append(Paragraph(words, "note"))
    if told.left_out:
        words = f"電源等が多いため、経済的ペナルティのない{told.left_out:,}件の算定の過程は省略しています。"
        blocks.append(Paragraph(words, "note"))
    if told.not_derived:
        named = "、".join(told.not_derived)
        words = f"{named}の額は、月ごとの結果だけからは再計算できません。算定の過程は、お問合せの案件で再計算してご説明します。"
        blocks.append(Paragraph(words, "note"))
    return blocks


def answer_blocks() -> list[Block]:
    """What the business is asked to do with the notice."""
    words = "内容をご確認のうえ、事業者ポータルで「確認」をお願いします。誤りがあるときは、同じページから異議を申し立ててください。"
    return [Heading("ご確認のお願い"), Paragraph(words)]
