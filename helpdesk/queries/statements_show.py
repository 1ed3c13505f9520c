"""一つの精算: a statement with its versions, approvals, answer, money, and what is settled in it or later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from calc_core import narration
from calc_core.errors import InputRefused
from cases.models import Case
from helpdesk.errors import Problem
from helpdesk.ledger.models import Invoice, JournalEntry, Receipt, TransferRow
from helpdesk.queries.calculations import Section, sections_from
from helpdesk.queries.statements_lines import Figure, Lines, changed_lines, lines, totals
from helpdesk.queries.statements_list import Money, money_of
from helpdesk.queries.statements_plot import Waterfall, amounts_of, waterfall
from helpdesk.register.derivations import Derivation
from helpdesk.register.models import CaseResult, MonthResult, Resource
from helpdesk.settlement.approval import approvals_of, may_return, may_take_step, next_step, statement_place
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.lists import statement_by_id, versions_of
from helpdesk.settlement.models import BusinessStatement, SettlementItem, StatementApproval
from helpdesk.settlement.steps import STEPS, Step
from helpdesk.users.permissions import Person


@dataclass(frozen=True, slots=True)
class StepState:
    """承認の段階の状況: a step with who took it in this round, whether it is next."""

    step: Step
    taken: StatementApproval | None
    is_next: bool


@dataclass(frozen=True, slots=True)
class StatementPage:
    """一つの精算, as its page shows it; `why_not`: why this person may not take the next step (none: may, or no next)."""

    statement: BusinessStatement
    place: str
    versions: list[BusinessStatement]
    compared_with: BusinessStatement | None
    totals: list[Figure]
    changed: list[Figure]
    lines: list[Lines]
    results: Mapping[str, int]
    steps: list[StepState]
    approvals: list[StatementApproval]
    next_step: Step | None
    why_not: str | None
    may_return: bool
    money: Money | None
    transfers: list[TransferRow]
    set_off: list[Receipt]
    set_off_invoices: list[tuple[Invoice, int]]
    items_in: list[SettlementItem]
    items_out: list[SettlementItem]
    cases: list[Case]
    entry_number: str | None  # of the journal, once billed
    plot: Waterfall | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """精算の根拠: sections with steps; where it no longer comes to the statement's figures, in words; or why it cannot be."""

    sections: list[Section]
    differences: Sequence[str]
    problems: list[Problem]


def statement_page(
    session: Session, statement_id: int, person: Person, *, on: date, against: int | None = None
) -> StatementPage:
    """A statement compared with the version `against` (none: the one before). Raises `NotFound`."""
    statement = statement_by_id(session, statement_id)
    versions = versions_of(session, statement)
    older = [each for each in versions if each.version < statement.version]
    chosen = next((each for each in versions if each.version == against and each.id != statement.id), None)
    other = chosen or (older[0] if older else None)
    approvals, following = approvals_of(session, statement.id), next_step(statement)
    if not statement.newest:
        following = None
    why_not = may_take_step(session, person, statement, following.number, on=on) if following else None
    money = money_of(session, [statement.id]).get(statement.id)
    before = other.figures if other else None
    return StatementPage(
        statement=statement,
        place=statement_place(statement),
        versions=versions,
        compared_with=other,
        totals=totals(statement.figures, before),
        changed=changed_lines(statement.figures, before) if before is not None else [],
        lines=lines(statement.figures),
        results=_results(session, statement),
        steps=_steps(statement, approvals, following),
        approvals=approvals,
        next_step=following,
        why_not=why_not,
        may_return=_is_returnable(statement) and may_return(session, person, on=on),
        money=money,
        transfers=_transfers(session, money),
        set_off=list(session.scalars(select(Receipt).where(Receipt.statement_id == statement.id))),
        set_off_invoices=_set_off_invoices(session, statement),
        items_in=_items_in(session, statement),
        items_out=_items_out(session, statement),
        cases=_cases(session, statement),
        entry_number=session.scalar(
            select(JournalEntry.number).where(JournalEntry.source_key == f"statement:{statement.id}")
        ),
        plot=statement_plot(statement),
    )


def statement_plot(statement: BusinessStatement) -> Waterfall | None:
    """How payments became the total; of a capacity statement."""
    if statement.family != "capacity":
        return None
    named = {figure[0]: figure[3] for figure in statement.figures}
    try:
        parts = {name: int(named[name]) for name in ("payments_yen", "penalties_yen")}
    except (KeyError, ValueError):
        parts = {}
    net = statement.net_yen
    rest = net - parts["payments_yen"] + parts["penalties_yen"] if parts else 0
    amounts = amounts_of(
        net, statement.tax_yen, statement.offset_yen, statement.total_yen, items_yen=rest, **parts
    )
    return waterfall(amounts)


def explanation(session: Session, statement: BusinessStatement) -> Explanation:
    """The derivation of a statement, computed again from what it kept."""
    try:
        explained = explain(session, statement)
    except InputRefused as refused:
        return Explanation([], (), [Problem(each.where, each.message) for each in refused.problems])
    derived = []
    for part in explained.parts:
        result = part.result.to_json()
        title = narration.title(result["rule"])  # type: ignore[arg-type]
        derived.append(Derivation(f"{part.area}：{title}" if part.area else title, None, result))
    return Explanation(sections_from(derived), explained.differences, [])


def _is_returnable(statement: BusinessStatement) -> bool:
    return statement.newest and statement.state in {step.state_to for step in STEPS}


def _steps(
    statement: BusinessStatement, approvals: Sequence[StatementApproval], following: Step | None
) -> list[StepState]:
    taken = {each.step: each for each in approvals if each.round == statement.round and each.step}
    return [StepState(step, taken.get(step.number), step == following) for step in STEPS]


def _results(session: Session, statement: BusinessStatement) -> dict[str, int]:
    """The results that it was made from, by the code of their resource."""
    ids = statement.sources.get("results", [])
    if not ids:
        return {}
    found = select(Resource.code, MonthResult.id).join(Resource, Resource.id == MonthResult.resource_id)
    return dict(session.execute(found.where(MonthResult.id.in_(ids))).all())


def _transfers(session: Session, money: Money | None) -> list[TransferRow]:
    if money is None or not money.is_payment:
        return []
    found = select(TransferRow).where(TransferRow.payment_id == money.id)
    return list(session.scalars(found.order_by(TransferRow.id)))


def _set_off_invoices(session: Session, statement: BusinessStatement) -> list[tuple[Invoice, int]]:
    """The invoices that the statement sets off, and how much of each."""
    wanted = {int(pair[0]): int(pair[1]) for pair in statement.sources.get("set_off", [])}
    if not wanted:
        return []
    found = session.scalars(select(Invoice).where(Invoice.id.in_(wanted)).order_by(Invoice.due_on))
    return [(invoice, wanted[invoice.id]) for invoice in found]


def _items_in(session: Session, statement: BusinessStatement) -> list[SettlementItem]:
    ids = statement.sources.get("items", [])
    if not ids:
        return []
    return list(
        session.scalars(select(SettlementItem).where(SettlementItem.id.in_(ids)).order_by(SettlementItem.id))
    )


def _items_out(session: Session, statement: BusinessStatement) -> list[SettlementItem]:
    """What was found of this month after its invoice."""
    same = (
        (SettlementItem.business_id == statement.business_id)
        & (SettlementItem.family == statement.family)
        & (SettlementItem.fiscal_year == statement.fiscal_year)
        & (SettlementItem.delivery_month == statement.delivery_month)
    )
    found = select(SettlementItem).where(or_(SettlementItem.statement_id == statement.id, same))
    return list(session.scalars(found.order_by(SettlementItem.id)))


def _cases(session: Session, statement: BusinessStatement) -> list[Case]:
    """The cases about its notice."""
    if statement.notified_result_id is None:
        return []
    found = select(Case).join(CaseResult, CaseResult.case_id == Case.id)
    found = found.where(CaseResult.notified_result_id == statement.notified_result_id)
    return list(session.scalars(found.order_by(Case.id)))
