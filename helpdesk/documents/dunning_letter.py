"""督促状・催告書・最終催告書: what is overdue, what it comes to with interest, until when and where it is to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from cases.business_calendar import JAPAN
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    LargeAmount,
    Listing,
    Paragraph,
    Table,
)
from helpdesk.presentation import japanese_date

_OPENINGS = (
    "下記の請求につきまして、支払期限を過ぎておりますが、本日現在、ご入金を確認できておりません。"
    "ご確認のうえ、下記の期日までにお支払いくださいますようお願いいたします。",
    "下記の請求につきまして、先に督促状をお送りしましたが、いまだご入金を確認できておりません。"
    "下記の期日までに、必ずお支払いくださいますよう催告いたします。",
    "下記の請求につきまして、再三お願いしてまいりましたが、いまだご入金を確認できておりません。"
    "下記の期日までに全額をお支払いいただけない場合は、約款その他の定めに従い、必要な手続をとることがあります。",
)


@dataclass(frozen=True, slots=True)
class DunnedInvoice:
    """督促する請求書の一行; `interest_yen` none: no rate is configured."""

    number: str
    subject: str
    due_on: date
    amount_yen: int
    open_yen: int
    days: int
    step: int
    interest_yen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningTold:
    """督促状の材料: one debtor, everything that is due to be reminded of today."""

    number: str
    title: str
    step: int  # the highest of its invoices
    dated: date
    pay_by: date
    addressee: Sequence[str]
    sender: Sequence[str]
    desk_name: str
    invoices: Sequence[DunnedInvoice]
    pay_to: Sequence[Fact] = ()

    @property
    def open_yen(self) -> int:
        """What is open of all of them."""
        return sum(each.open_yen for each in self.invoices)


def document_of(told: DunningTold) -> Document:
    """The letter of a step."""
    return Document(
        title=told.title,
        number=told.number,
        dated=told.dated,
        addressee=told.addressee,
        sender=told.sender,
        created=datetime.combine(told.dated, time(), JAPAN),
        blocks=[
            Paragraph(_OPENINGS[min(told.step, len(_OPENINGS)) - 1]),
            LargeAmount("未入金の合計", told.open_yen, _remark(told)),
            KeyValues([Fact("お支払いの期日", japanese_date(told.pay_by))]),
            Heading("未入金の請求"),
            _table(told),
            *_pay_to(told),
            Heading("ご連絡"),
            Listing(_notes(told)),
        ],
    )


def _remark(told: DunningTold) -> str:
    return "延滞利息を含みません" if _interest_yen(told) is not None else ""


def _interest_yen(told: DunningTold) -> int | None:
    known = [each.interest_yen for each in told.invoices if each.interest_yen is not None]
    return sum(known) if known else None


def _table(told: DunningTold) -> Table:
    interest = _interest_yen(told)
    columns = [
        Column("請求書番号", width=28),
        Column("対象", width=28),
        Column("支払期限", "day", 12),
        Column("超過日数", "whole", 8),
        Column("請求額", "yen", 14),
        Column("残額", "yen", 14),
    ]
    rows: list[list[object]] = [
        [each.number, each.subject, each.due_on, each.days, each.amount_yen, each.open_yen]
        for each in told.invoices
    ]
    total: list[object] = ["合計", "", None, None, sum(each.amount_yen for each in told.invoices)]
    total.append(told.open_yen)
    notes = [f"残額は{japanese_date(told.dated)}現在です。超過日数は支払期限の翌日からの日数です。"]
    if interest is not None:
        columns.append(Column("延滞利息", "yen", 12))
        rows = [[*row, each.interest_yen] for row, each in zip(rows, told.invoices, strict=True)]
        total.append(interest)
        notes.append("延滞利息は本日までの額です。お支払いの日まで加算し、完済の後に別に請求します。")
    return Table("未入金の請求書", columns, rows, notes, total)


def _pay_to(told: DunningTold) -> list[Block]:
    words = "お振込の際は、振込依頼人名の前に請求書番号をご入力ください。"
    if not told.pay_to:
        return [Heading("お振込先"), Paragraph(f"お振込先は、請求書に記載の口座です。{words}")]
    return [Heading("お振込先"), KeyValues(told.pay_to), Paragraph(words, "note")]


def _notes(told: DunningTold) -> list[str]:
    return [
        "本状と行き違いにお支払いがお済みのときは、なにとぞご容赦ください。",
        f"お支払いの予定日をお知らせいただくときや、ご不明な点があるときは、{told.number}を添えて、"
        f"{told.desk_name}までご連絡ください。",
    ]
