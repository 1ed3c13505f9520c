"""電源等の一年: one resource's fiscal year for its page: the picture, the cumulative line, the months with their results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import takewhile
from pathlib import Path

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from calc_core import parameter_files
from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month, days_in_month
from calc_core.slots import days_of_month
from cases.models import Business
from helpdesk.errors import NotFound
from helpdesk.queries.calculations import readable
from helpdesk.queries.cumulative_plot import CumulativePlot, cumulative_plot
from helpdesk.queries.resource_slots import YearSlots, corrections_of, slots_of_year
from helpdesk.register.models import MonthResult, Resource, SlotDay

PENALTY_RULE = "penalty/outage_plan"
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the year: what the slots come to now, and the newest result if there is one.

    `settled` is the version that was fixed last where a newer one, not fixed, stands beside it: what the business knows.
    """

    delivery_month: int
    label: str
    days: int
    is_known: bool
    shortfall_slots: str
    cumulative_slots: str
    low_slots: int
    corrected_days: int
    result: MonthResult | None
    settled: MonthResult | None

    @property
    def is_outdated(self) -> bool:
        """Whether the slots say something else today than when the result was made."""
        return (
            self.is_known
            and self.result is not None
            and self.result.figures["shortfall_slots"] != self.shortfall_slots
        )


@dataclass(frozen=True, slots=True)
class ResourceYear:
    """電源等の一年, as its page shows it."""

    resource: Resource
    fiscal_year: int
    slots: YearSlots
    months: tuple[MonthLine, ...]
    plot: CumulativePlot | None
    free_slots: int

    @property
    def last_known_month(self) -> int | None:
        """The last month from April whose slots are there without a gap."""
        return _months_without_gap(self.slots)[-1] if _months_without_gap(self.slots) else None


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """電源等の一覧の一頁, by code; `after` is the key of the next one."""

    rows: list[Resource]
    found: int
    after: str | None


def find_resources(session: Session, *, text: str, after: str) -> ResourcePage:
    """The resources whose name, code or business holds the text, in two statements."""
    columns = (Resource.code, Resource.name, Business.code, Business.name)
    condition = or_(*(column.contains(text, autoescape=True) for column in columns)) if text else true()
    joined = select(Resource).join(Business, Business.id == Resource.business_id).where(condition)
    rows = session.scalars(
        joined.where(Resource.code > after)
        .options(joinedload(Resource.business))
        .order_by(Resource.code)
        .limit(_SHOWN + 1)
    ).all()
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    shown = list(rows[:_SHOWN])
    return ResourcePage(shown, count, shown[-1].code if len(rows) > _SHOWN else None)


def resource_by_id(session: Session, resource_id: int) -> Resource:
    """The resource with its business, or `NotFound`."""
    asked = select(Resource).where(Resource.id == resource_id).options(joinedload(Resource.business))
    resource = session.scalars(asked).one_or_none()
    if resource is None:
        raise NotFound("その電源等は登録されていません")
    return resource


def resource_year(session: Session, folder: Path, resource: Resource, fiscal_year: int) -> ResourceYear:
    """Everything on the page of a resource's year."""
    slots = slots_of_year(session, folder, resource, fiscal_year)
    results = session.scalars(
        select(MonthResult)
        .where(
            MonthResult.resource_id == resource.id,
            MonthResult.fiscal_year == fiscal_year,
            or_(MonthResult.newest, MonthResult.fixed_at.is_not(None)),
        )
        .order_by(MonthResult.version)
    ).all()
    corrections = corrections_of(session, resource.id, slots.days[0], slots.days[-1])
    day_slots = slots.day_slots()
    free = free_slots(fiscal_year)
    return ResourceYear(
        resource=resource,
        fiscal_year=fiscal_year,
        slots=slots,
        months=_months(slots, day_slots, corrections, results),
        plot=cumulative_plot(slots.days, day_slots, _known_days(slots), free_slots=free),
        free_slots=free,
    )


def free_slots(fiscal_year: int) -> int:
    """年間で認められる停止コマ数 (8,640): what may be missed in a year before a penalty begins."""
    parameters = parameter_files.load(PENALTY_RULE).parameters
    value = parameters["allowed_outage_slots"].in_fiscal_year(fiscal_year)
    return int(value) if value is not None else 0


def _months(
    slots: YearSlots,
    day_slots: Sequence[Fraction],
    corrections: Sequence[SlotDay],
    results: Sequence[MonthResult],
) -> tuple[MonthLine, ...]:
    low, cumulative, lines, at = slots.low_slots(), Fraction(0), [], 0
    newest = {each.delivery_month: each for each in results if each.newest}
    fixed = {each.delivery_month: each for each in results if each.fixed_at}
    corrected: dict[int, set[date]] = {}
    for each in corrections:
        corrected.setdefault(each.date.month, set()).add(each.date)
    for month in DELIVERY_MONTHS:
        count = days_in_month(slots.fiscal_year, month)
        own = sum(day_slots[at : at + count], Fraction(0))
        at, cumulative = at + count, cumulative + own
        lines.append(
            MonthLine(
                delivery_month=month,
                label="{}年{}月".format(*calendar_month(slots.fiscal_year, month)),
                days=count,
                is_known=month in slots.known_months,
                shortfall_slots=str(own),
                cumulative_slots=str(cumulative),
                low_slots=low[month],
                corrected_days=len(corrected.get(month, ())),
                result=newest.get(month),
                settled=fixed.get(month) if fixed.get(month) is not newest.get(month) else None,
            )
        )
    return tuple(lines)


def _months_without_gap(slots: YearSlots) -> list[int]:
    return list(takewhile(lambda month: month in slots.known_months, DELIVERY_MONTHS))


def _known_days(slots: YearSlots) -> int:
    return sum(days_in_month(slots.fiscal_year, month) for month in _months_without_gap(slots))


def shown(exact: str) -> str:
    """Slots as a page shows them: grouped, a fraction that does not terminate as 約."""
    value = Fraction(exact)
    return f"{int(value):,}" if value.denominator == 1 else str(readable(exact))


def month_corrections(
    session: Session, resource_id: int, fiscal_year: int, delivery_month: int
) -> list[SlotDay]:
    """The corrections in force of a resource's month."""
    days = days_of_month(fiscal_year, delivery_month)
    return corrections_of(session, resource_id, days[0], days[-1])
