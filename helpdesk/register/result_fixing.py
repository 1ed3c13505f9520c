"""算定結果の確定と通知: a month's results are fixed by somebody who corrected none of them; fixed ones never change.

Four eyes: neither who corrected a figure of these versions nor who corrected slots of the month fixes them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import calendar_month, last_day_of_month, months_until
from cases.history import Person
from helpdesk.errors import Problem, Refused
from helpdesk.register.input_marks import RESULTS, pending
from helpdesk.register.models import MonthResult, NotifiedResult, SlotDay
from helpdesk.register.month_results import hold_year

_IDS_ASKED = 500


def fix(session: Session, results: Sequence[MonthResult], *, by: Person, now: datetime) -> None:
    """確定: all of these versions, or none. Raises `Refused` with every one that may not be fixed, and why."""
    for fiscal_year in sorted({result.fiscal_year for result in results}):
        hold_year(session, fiscal_year)
    problems = [] if results else [Problem("確定", "確定する結果がありません")]
    corrected_slots = _slots_corrected_by(session, results, by)
    _read_again(session, results)
    for result in results:
        reason = _why_not(result, by, corrected_slots)
        if reason is not None:
            problems.append(Problem(result_place(result), reason))
    if problems:
        raise Refused(problems)
    for result in results:
        result.state, result.fixed_at = "fixed", now
        result.fixed_by_id, result.fixed_by_name = by.id, by.display_name
    session.flush()


def newer_inputs(session: Session, fiscal_year: int, delivery_month: int) -> tuple[str, ...]:
    """入力が算定より新しい: what changed after the results of a month, or of a month before, were computed."""
    waiting, until = pending(session, fiscal_year)[RESULTS], months_until(delivery_month)
    return tuple(
        dict.fromkeys(cause for each in waiting if each.delivery_month in until for cause in each.causes)
    )


def mark_notified(session: Session, results: Iterable[MonthResult], notice: NotifiedResult) -> None:
    """通知: these fixed versions are what the notice says."""
    for result in results:
        result.state, result.notified_result_id = "notified", notice.id
    session.flush()


def result_place(result: MonthResult) -> str:
    """Where a problem of a result is: its resource and month."""
    return f"{result.resource.name}（{result.resource.code}）{result.delivery_month}月分 第{result.version}版"


def _why_not(result: MonthResult, by: Person, corrected_slots: set[tuple[int, int, int]]) -> str | None:
    if not result.newest:
        return "新しい版があります。新しい版を確かめてから確定してください"
    if result.fixed_at is not None:
        return "すでに確定しています"
    if by.id is None:
        return "だれが確定するかが決まっていません"
    if by.id in result.inputs.get("corrected_by", []):
        return "自分が修正した結果は確定できません。別の人に依頼してください"
    if (result.resource_id, result.fiscal_year, result.delivery_month) in corrected_slots:
        return "自分がコマを訂正した月は確定できません。別の人に依頼してください"
    return None


def _read_again(session: Session, results: Sequence[MonthResult]) -> None:
    """As they are now that nobody else changes them."""
    ids = [result.id for result in results]
    for start in range(0, len(ids), _IDS_ASKED):
        found = select(MonthResult).where(MonthResult.id.in_(ids[start : start + _IDS_ASKED]))
        session.scalars(found.execution_options(populate_existing=True)).all()


def _slots_corrected_by(
    session: Session, results: Sequence[MonthResult], by: Person
) -> set[tuple[int, int, int]]:
    """Resource, year and month in which this person corrected slots."""
    found = set()
    for fiscal_year, month in sorted({(each.fiscal_year, each.delivery_month) for each in results}):
        year, calendar = calendar_month(fiscal_year, month)
        ids = sorted(each.resource_id for each in results if each.delivery_month == month)
        for start in range(0, len(ids), _IDS_ASKED):
            corrected = select(SlotDay.resource_id).where(
                SlotDay.created_by_id == by.id,
                SlotDay.resource_id.in_(ids[start : start + _IDS_ASKED]),
                SlotDay.date.between(date(year, calendar, 1), last_day_of_month(year, calendar)),
            )
            found |= {(resource_id, fiscal_year, month) for resource_id in session.scalars(corrected)}
    return found
