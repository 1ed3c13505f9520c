"""事業者の通知: a business's own notices by year and month with their versions, and one with its figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.figures import compare_figures
from helpdesk.errors import NotFound
from helpdesk.queries.calculations import is_telling, notified_rows, readable
from helpdesk.register.lookups import in_force, notified_results
from helpdesk.register.models import NotifiedResult
from helpdesk.users.permissions import Person, may_see_results_of

_DELIVERY_ORDER = (NotifiedResult.delivery_month + 8) % 12  # April first
_TOTAL = "total_yen"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """通知の一行: a version of a month's notice; `total_yen` exact text, none where the notice has no total."""

    id: int
    fiscal_year: int
    delivery_month: int
    version: int
    document_number: str
    notified_on: date
    total_yen: str | None
    is_in_force: bool

    @property
    def title(self) -> str:
        """`2026年度 5月分` and, beyond the first, which version."""
        return title(self)


@dataclass(frozen=True, slots=True)
class MonthOfNotices:
    """一か月分: the notice in force first, then those that it replaced."""

    delivery_month: int
    versions: list[NoticeRow]


def title(notice: Any) -> str:
    """`2026年度 5月分`, from the second version on with 「第2版」."""
    version = f" 第{notice.version}版" if notice.version > 1 else ""
    return f"{notice.fiscal_year}年度 {notice.delivery_month}月分{version}"


def fiscal_years(session: Session, business_id: int) -> list[int]:
    """The years for which the business has notices, newest first."""
    found = select(NotifiedResult.fiscal_year).where(NotifiedResult.business_id == business_id)
    return sorted(session.scalars(found.distinct()), reverse=True)


def months(session: Session, business_id: int, fiscal_year: int) -> list[MonthOfNotices]:
    """The notices of a year, newest month first."""
    found = notified_results(session, business_id, fiscal_year=fiscal_year)
    current = in_force(found)
    by_month: dict[int, list[NoticeRow]] = {}
    for notice in found:
        row = _row(notice, is_in_force=current[notice.id])
        by_month.setdefault(notice.delivery_month, []).append(row)
    return [MonthOfNotices(month, versions) for month, versions in by_month.items()]


def newest_notices(session: Session, business_id: int, *, limit: int) -> list[NoticeRow]:
    """The notices in force that were sent last."""
    newest = (
        select(
            NotifiedResult.fiscal_year,
            NotifiedResult.delivery_month,
            func.max(NotifiedResult.version).label("version"),
        )
        .where(NotifiedResult.business_id == business_id)
        .group_by(NotifiedResult.fiscal_year, NotifiedResult.delivery_month)
        .subquery()
    )
    found = session.scalars(
        select(NotifiedResult)
        .join(
            newest,
            (newest.c.fiscal_year == NotifiedResult.fiscal_year)
            & (newest.c.delivery_month == NotifiedResult.delivery_month)
            & (newest.c.version == NotifiedResult.version),
        )
        .where(NotifiedResult.business_id == business_id)
        .order_by(
            NotifiedResult.notified_on.desc(), NotifiedResult.fiscal_year.desc(), _DELIVERY_ORDER.desc()
        )
        .limit(limit)
    )
    return [_row(notice, is_in_force=True) for notice in found]


def choices(session: Session, business_id: int) -> list[tuple[int, str]]:
    """All own notices for choosing one, newest month first, what is in force before what it replaced."""
    found = session.execute(
        select(
            NotifiedResult.id,
            NotifiedResult.fiscal_year,
            NotifiedResult.delivery_month,
            NotifiedResult.version,
            NotifiedResult.document_number,
        )
        .where(NotifiedResult.business_id == business_id)
        .order_by(NotifiedResult.fiscal_year.desc(), _DELIVERY_ORDER.desc(), NotifiedResult.version.desc())
    )
    return [(row.id, f"{title(row)}（{row.document_number}）") for row in found]


def own_notice(session: Session, notice_id: int, person: Person) -> NotifiedResult:
    """The notice, if it went to this person's business. Raises `NotFound`."""
    notice = session.get(NotifiedResult, notice_id)
    if notice is None or not may_see_results_of(person, notice.business_id):
        raise NotFound("その通知はありません。通知の一覧から選んでください")
    return notice


def notice_page(session: Session, notice: NotifiedResult) -> dict[str, Any]:
    """One notice with its figures, its other versions and what changed against the version before."""
    siblings = session.scalars(
        select(NotifiedResult)
        .where(
            NotifiedResult.business_id == notice.business_id,
            NotifiedResult.fiscal_year == notice.fiscal_year,
            NotifiedResult.delivery_month == notice.delivery_month,
        )
        .order_by(NotifiedResult.version.desc())
    ).all()
    current = in_force(siblings)
    before = next((each for each in siblings if each.version < notice.version), None)
    rows = notified_rows(notice)
    return {
        "notice": notice,
        "title": title(notice),
        "versions": [_row(each, is_in_force=current[each.id]) for each in siblings],
        "is_in_force": current[notice.id],
        "newest": siblings[0],
        "total_yen": _total(notice),
        "own_rows": [row for row in rows if _is_total(row)],
        "resource_rows": [row for row in rows if not _is_total(row)],
        "before": before,
        "changes": _changes(before, notice) if before else [],
    }


def _changes(before: NotifiedResult, notice: NotifiedResult) -> list[dict[str, Any]]:
    """通知値の変更: every figure that is not the same in the version before."""
    units = {row["key"]: row["unit"] for row in [*notified_rows(before), *notified_rows(notice)]}
    return [
        {
            "key": line.key,
            "label": line.label,
            "unit": units[line.key],
            "total": line.key == _TOTAL,
            "before": readable(line.first),
            "after": readable(line.second),
            "difference": readable(line.difference),
        }
        for line in compare_figures(before.figures, notice.figures)
        if line.differs
    ]


def _is_total(row: dict[str, Any]) -> bool:
    """Whether a figure is the business's own and not one of its resources'."""
    return is_telling(row | {"difference": "0"})


def _row(notice: NotifiedResult, *, is_in_force: bool) -> NoticeRow:
    return NoticeRow(
        notice.id,
        notice.fiscal_year,
        notice.delivery_month,
        notice.version,
        notice.document_number,
        notice.notified_on,
        _total(notice),
        is_in_force,
    )


def _total(notice: NotifiedResult) -> str | None:
    return next((figure[3] for figure in notice.figures if figure[0] == _TOTAL), None)
