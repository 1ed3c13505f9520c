"""一区分の精算: the statements of a family and month as a list of any length: filtered, sorted, page by page along a key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.documents.document import Column, Table
from helpdesk.ledger.balances import paid_yen, whole_yen
from helpdesk.ledger.models import Invoice, Payment, TransferRow
from helpdesk.settlement.models import ANSWERS, DIRECTIONS, STATES, BusinessStatement

PAGE = 50
SORTS = {"code": "事業者コード順", "amount": "金額の大きい順", "least": "金額の小さい順"}
WAITING = "waiting"  # issued, and the business has not answered
ANSWERED = "answered"  # confirmed, by the business or by its silence
ANSWER_FILTERS = {WAITING: "回答待ち", ANSWERED: "確認・みなし確認", **ANSWERS}
_IDS_ASKED = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """絞り込み: text (business or number), state, direction, answer, one of SORTS, and the key of the last row seen."""

    text: str = ""
    state: str = ""
    direction: str = ""
    answer: str = ""
    sort: str = "code"
    after: str = ""

    def to_query(self) -> dict[str, str]:
        """What an address has to carry for this filter, without the place in the list."""
        kept = {"q": self.text, "state": self.state, "direction": self.direction, "answer": self.answer}
        sort = {"sort": self.sort} if self.sort != "code" else {}
        return {name: value for name, value in kept.items() if value} | sort


@dataclass(frozen=True, slots=True)
class Row:
    """精算の一行: one statement with its business; what a list and its files say of it."""

    id: int
    business_id: int
    business_code: str
    business_name: str
    version: int
    state: str
    round: int
    net_yen: int
    tax_yen: int
    offset_yen: int
    total_yen: int
    direction: str
    number: str | None
    answer: str | None
    answered_at: datetime | None
    answered_by_name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """承認を待つ精算: as little of one as a fingerprint of what was shown needs, and what it comes to."""

    id: int
    state: str
    round: int
    total_yen: int
    newest: bool = True


@dataclass(frozen=True, slots=True)
class Money:
    """請求・支払: the invoice or payment of a billed statement and whether it is settled."""

    is_payment: bool
    id: int
    number: str
    amount_yen: int
    on: date  # due, or to be paid
    settled_yen: int

    @property
    def is_settled(self) -> bool:
        """Whether all of it has come in or gone out."""
        return self.settled_yen >= self.amount_yen


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list, with the sums over all that the filter finds."""

    rows: tuple[Row, ...]
    money: Mapping[int, Money]
    found: int
    pay_yen: int
    invoice_yen: int
    after: str | None


def list_page(session: Session, family: str, fiscal_year: int, month: int, wanted: Filter) -> ListPage:
    """The statements as asked for, in four statements."""
    conditions = [*_of(family, fiscal_year, month), *_conditions(wanted)]
    total = BusinessStatement.total_yen
    paid, asked = case((total > 0, total), else_=0), case((total < 0, -total), else_=0)
    sums = select(func.count(), whole_yen(paid), whole_yen(asked))
    found, pay, invoice = session.execute(_joined(sums).where(*conditions)).one()
    rows = _rows(session, conditions + _beyond(wanted), wanted.sort, PAGE + 1)
    shown = rows[:PAGE]
    return ListPage(
        rows=tuple(shown),
        money=money_of(session, [row.id for row in shown if row.state == "billed"]),
        found=found,
        pay_yen=pay,
        invoice_yen=invoice,
        after=_key(shown[-1], wanted.sort) if len(rows) > PAGE else None,
    )


def all_rows(session: Session, family: str, fiscal_year: int, month: int, wanted: Filter) -> list[Row]:
    """Every statement that the filter finds, in the order asked for: for a file, or a batch."""
    return _rows(session, [*_of(family, fiscal_year, month), *_conditions(wanted)], wanted.sort, None)


def waiting_rows(
    session: Session, family: str, fiscal_year: int, month: int, wanted: Filter, states: Sequence[str]
) -> list[Waiting]:
    """Of what the filter finds, the statements in one of these states: what a batch could act on."""
    columns = [getattr(BusinessStatement, name) for name in ("id", "state", "round", "total_yen")]
    of_states = BusinessStatement.state.in_(states)
    found = _joined(select(*columns)).where(*_of(family, fiscal_year, month), *_conditions(wanted), of_states)
    return [Waiting(*row) for row in session.execute(found.order_by(BusinessStatement.id))]


def money_of(session: Session, statement_ids: Sequence[int]) -> dict[int, Money]:
    """The invoice or payment of each of these statements, by its id, in two statements a portion."""
    found: dict[int, Money] = {}
    for start in range(0, len(statement_ids), _IDS_ASKED):
        ids = statement_ids[start : start + _IDS_ASKED]
        invoices = select(
            Invoice.statement_id, Invoice.id, Invoice.number, Invoice.amount_yen, Invoice.due_on, paid_yen()
        ).where(Invoice.statement_id.in_(ids))
        for statement_id, *rest in session.execute(invoices):
            found[statement_id] = Money(False, *rest)
        is_done = and_(TransferRow.payment_id == Payment.id, TransferRow.outcome == "paid")
        payments = (
            select(
                Payment.statement_id,
                Payment.id,
                Payment.number,
                Payment.amount_yen,
                Payment.pay_on,
                func.coalesce(TransferRow.amount_yen, 0),
            )
            .outerjoin(TransferRow, is_done)
            .where(Payment.statement_id.in_(ids))
        )
        for statement_id, *rest in session.execute(payments):
            found[statement_id] = Money(True, *rest)
    return found


def list_table(title: str, rows: Iterable[Row], money: Mapping[int, Money]) -> Table:
    """The list as a table of a file: every amount exact, in its own column."""
    head = [
        Column("事業者コード"),
        Column("事業者", width=32),
        Column("版", "whole", 6),
        Column("状態"),
        Column("差引額（税抜）", "yen"),
        Column("消費税相当額", "yen"),
        Column("相殺額", "yen"),
        Column("交付額・請求額", "yen"),
        Column("区分", width=8),
        Column("通知番号", width=32),
        Column("回答"),
        Column("回答日時", "moment", 18),
        Column("回答者"),
        Column("請求書・支払の番号", width=24),
        Column("期限・支払日", "day"),
        Column("入金・支払済額", "yen"),
    ]
    lines = []
    for row in rows:
        billed = money.get(row.id)
        told = [row.business_code, row.business_name, row.version, STATES[row.state]]
        amounts = [row.net_yen, row.tax_yen, row.offset_yen, row.total_yen, DIRECTIONS[row.direction]]
        answer = [row.number or "", ANSWERS.get(row.answer or "", ""), row.answered_at, row.answered_by_name]
        paid = [billed.number, billed.on, billed.settled_yen] if billed else ["", None, None]
        lines.append([*told, *amounts, *answer, *paid])
    return Table(title, head, lines, wide=True)


def _of(family: str, fiscal_year: int, month: int) -> list[ColumnElement[bool]]:
    return [
        BusinessStatement.fiscal_year == fiscal_year,
        BusinessStatement.delivery_month == month,
        BusinessStatement.family == family,
        BusinessStatement.newest.is_(True),
    ]


def _joined(asked: Select[Any]) -> Select[Any]:
    return asked.select_from(BusinessStatement).join(Business, Business.id == BusinessStatement.business_id)


def _rows(session: Session, conditions: list[ColumnElement[bool]], sort: str, limit: int | None) -> list[Row]:
    columns = [
        getattr(BusinessStatement, name)
        for name in Row.__dataclass_fields__
        if name not in ("id", "business_id", "business_code", "business_name")
    ]
    order: tuple[Any, ...] = (Business.code,)
    if sort != "code":
        total = BusinessStatement.total_yen
        order = (total.desc() if sort == "amount" else total, Business.code)
    asked = select(
        BusinessStatement.id, BusinessStatement.business_id, Business.code, Business.name, *columns
    )
    found = session.execute(_joined(asked).where(*conditions).order_by(*order).limit(limit))
    return [Row(*row) for row in found]


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        words = (Business.name, Business.code, BusinessStatement.number)
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in words)))
    if wanted.state in STATES:
        found.append(BusinessStatement.state == wanted.state)
    if wanted.direction in DIRECTIONS:
        found.append(BusinessStatement.direction == wanted.direction)
    if wanted.answer == WAITING:
        found += [BusinessStatement.state == "issued", BusinessStatement.answer.is_(None)]
    elif wanted.answer == ANSWERED:
        found.append(BusinessStatement.answer.in_(("confirmed", "silent")))
    elif wanted.answer in ANSWERS:
        found.append(BusinessStatement.answer == wanted.answer)
    return found


def _beyond(wanted: Filter) -> list[ColumnElement[bool]]:
    """What lies behind the last row of the page before."""
    if not wanted.after:
        return []
    if wanted.sort == "code":
        return [Business.code > wanted.after]
    number, _, code = wanted.after.partition("|")
    digits = number.removeprefix("-")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 17:
        return []
    total, at = BusinessStatement.total_yen, int(number)
    is_further = total < at if wanted.sort == "amount" else total > at
    return [or_(is_further, and_(total == at, Business.code > code))]


def _key(row: Row, sort: str) -> str:
    return row.business_code if sort == "code" else f"{row.total_yen}|{row.business_code}"
