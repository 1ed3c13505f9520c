"""月の精算: of each family what stands where, what is to be done next and by whom, what the last computation said."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cases.models import Business
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.balances import whole_yen
from helpdesk.queries.statements import MONTHLY, Cell, cells_of
from helpdesk.queries.statements_plot import Waterfall, amounts_of, waterfall
from helpdesk.register.models import MonthResult
from helpdesk.settlement.billing import NEVER_BILLED
from helpdesk.settlement.models import WHOLE_YEAR, YEARLY, BusinessStatement, SettlementItem, SettlementRun
from helpdesk.settlement.steps import STEPS
from helpdesk.task_models import Task
from helpdesk.users.permissions import Person, can
from helpdesk.users.roles import holders_of

RUN, ISSUE, BILLING = "settlement_run", "statement_issue", "statement_billing"  # kinds of tasks
TASKS = {RUN: "計算", ISSUE: "通知", BILLING: "請求・支払"}
_TASKS_READ = 200


@dataclass(frozen=True, slots=True)
class Action:
    """次にすること: for how many, by whom, and the filter of the list that shows them; `may`: this person."""

    key: str
    label: str
    count: int
    yen: int | None
    who: tuple[str, ...]
    may: bool
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """一区分: where its statements stand, what is next, the last computation, what was asked for last."""

    family: str
    cell: Cell
    actions: tuple[Action, ...]
    run: SettlementRun | None
    tasks: Mapping[str, Task]
    items: int
    items_yen: int
    plot: Waterfall | None

    @property
    def is_working(self) -> bool:
        """Whether something of it waits or runs."""
        return any(task.state in ("queued", "running") for task in self.tasks.values())


def month_page(
    session: Session, fiscal_year: int, delivery_month: int, person: Person, steps: Mapping[int, bool]
) -> list[FamilyRow]:
    """The families of a month (0: those of the whole year), in a fixed number of statements; `steps`: the person's."""
    families = YEARLY if delivery_month == WHOLE_YEAR else MONTHLY
    cells = cells_of(session, fiscal_year, delivery_month)
    runs = _last_runs(session, fiscal_year, delivery_month)
    tasks = _last_tasks(session, fiscal_year, delivery_month)
    items = _items(session, fiscal_year, delivery_month)
    sums = _sums(session, fiscal_year, delivery_month)
    parts = _results(session, fiscal_year, delivery_month) if delivery_month != WHOLE_YEAR else None
    rows = []
    for family in families:
        cell = cells.get((family, delivery_month), Cell())
        count, yen = items.get(family, (0, 0))
        plot = None
        if family == "capacity" and family in sums and parts is not None:
            amounts = amounts_of(*sums[family], payments_yen=parts[0], penalties_yen=parts[1], items_yen=yen)
            plot = waterfall(amounts)
        of_family = {kind: task for (kind, of), task in tasks.items() if of == family}
        actions = _actions(cell, person, steps, is_billed=family not in NEVER_BILLED)
        rows.append(FamilyRow(family, cell, actions, runs.get(family), of_family, count, yen, plot))
    return rows


def business_of_code(session: Session, code: str) -> int | None:
    """The business to compute alone; none for no code. Raises `Refused`."""
    if not code:
        return None
    found = session.scalar(select(Business.id).where(Business.code == code))
    if found is None:
        words = f"コード「{code}」の事業者は登録されていません。コードを確かめるか、空欄にしてください"
        raise Refused([Problem("事業者", words)])
    return found


def _actions(cell: Cell, person: Person, steps: Mapping[int, bool], *, is_billed: bool) -> tuple[Action, ...]:
    if not cell.count:
        who = holders_of("run_settlement")
        return (Action("compute", "計算する", 0, None, tuple(who), can(person, "run_settlement"), {}),)
    found = [
        Action(
            f"step{step.number}",
            step.label,
            cell.by_state[step.state_from],
            cell.state_yen[step.state_from],
            (step.role_label,),
            step.number in steps,
            {"state": step.state_from},
        )
        for step in STEPS
    ]
    stages, sent = cell.stages, can(person, "issue_statements")
    issuers, billers = tuple(holders_of("issue_statements")), tuple(holders_of("bill_statements"))
    may_bill, decide = can(person, "bill_statements"), "decide_objections"
    fixed_yen = cell.state_yen["fixed"]
    found += [
        Action("issue", "通知する", stages["fixed"], fixed_yen, issuers, sent, {"state": "fixed"}),
        Action(
            "answer", "事業者の回答待ち", stages["issued"], None, ("事業者",), False, {"answer": "waiting"}
        ),
        Action(
            "objected",
            "異議申立ての対応",
            stages["objected"],
            None,
            tuple(holders_of(decide)),
            can(person, decide),
            {"answer": "objected"},
        ),
        Action(
            "bill",
            "請求・支払の手続き",
            stages["answered"] if is_billed else 0,
            None,
            billers,
            may_bill,
            {"state": "issued", "answer": "answered"},
        ),
        Action(
            "settle", "入金・振込の完了待ち", stages["billed"], None, billers, may_bill, {"state": "billed"}
        ),
    ]
    return tuple(each for each in found if each.count)


def _last_runs(session: Session, fiscal_year: int, delivery_month: int) -> dict[str, SettlementRun]:
    last = (
        select(func.max(SettlementRun.id))
        .where(SettlementRun.fiscal_year == fiscal_year, SettlementRun.delivery_month == delivery_month)
        .group_by(SettlementRun.family)
    )
    found = session.scalars(select(SettlementRun).where(SettlementRun.id.in_(last)))
    return {run.family: run for run in found}


def _last_tasks(session: Session, fiscal_year: int, delivery_month: int) -> dict[tuple[str, str], Task]:
    found = (
        select(Task)
        .where(
            Task.kind.in_(TASKS),
            Task.input["fiscal_year"].as_integer() == fiscal_year,
            Task.input["delivery_month"].as_integer() == delivery_month,
        )
        .order_by(Task.created_at.desc(), Task.id.desc())
        .limit(_TASKS_READ)
    )
    newest: dict[tuple[str, str], Task] = {}
    for task in session.scalars(found):
        newest.setdefault((task.kind, task.input["family"]), task)
    return newest


def _items(session: Session, fiscal_year: int, delivery_month: int) -> dict[str, tuple[int, int]]:
    found = (
        select(SettlementItem.family, func.count(), whole_yen(SettlementItem.yen))
        .where(SettlementItem.for_year == fiscal_year, SettlementItem.for_month == delivery_month)
        .group_by(SettlementItem.family)
    )
    return {family: (count, yen) for family, count, yen in session.execute(found)}


def _sums(session: Session, fiscal_year: int, delivery_month: int) -> dict[str, tuple[int, int, int, int]]:
    columns = [
        whole_yen(getattr(BusinessStatement, name))
        for name in ("net_yen", "tax_yen", "offset_yen", "total_yen")
    ]
    found = (
        select(BusinessStatement.family, *columns)
        .where(
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.delivery_month == delivery_month,
            BusinessStatement.family == "capacity",
            BusinessStatement.newest.is_(True),
        )
        .group_by(BusinessStatement.family)
    )
    return {family: (net, tax, offset, total) for family, net, tax, offset, total in session.execute(found)}


def _results(session: Session, fiscal_year: int, delivery_month: int) -> tuple[int, int]:
    """Payments and penalties of the month's results as they were last fixed, whatever was computed since."""
    later = aliased(MonthResult)
    fixed_since = select(later.id).where(
        later.resource_id == MonthResult.resource_id,
        later.fiscal_year == MonthResult.fiscal_year,
        later.delivery_month == MonthResult.delivery_month,
        later.version > MonthResult.version,
        later.fixed_at.is_not(None),
    )
    payments, penalties = session.execute(
        select(whole_yen(MonthResult.payment_yen), whole_yen(MonthResult.penalty_total_yen)).where(
            MonthResult.fiscal_year == fiscal_year,
            MonthResult.delivery_month == delivery_month,
            MonthResult.fixed_at.is_not(None),
            ~fixed_since.correlate(MonthResult).exists(),
        )
    ).one()
    return payments, penalties
