"""Results of a month are settled: corrected with a reason, fixed by somebody else, told to the business (requirement A2.6).

Four eyes: who corrected figures or slots of a month does not fix it, who corrected figures does not notify it either.
Who fixed it may notify: the notice carries out what was fixed and adds nothing. What was told stays; a later notice is
a further version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.errors import InputRefused
from cases import history
from cases.models import Business
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents.formats import DocumentFile
from helpdesk.errors import Conflict, HelpdeskError, NotFound, Problem, Refused
from helpdesk.register.input_marks import OBJECTION, RESULTS, pending
from helpdesk.register.lookups import notified_in_force
from helpdesk.register.models import Contract, MonthResult, NotifiedResult, Resource
from helpdesk.register.month_results import fingerprint, hold_year, newest, result_by_id
from helpdesk.register.notices import issue_notice, notice_figures
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.result_corrections import correct
from helpdesk.register.result_fixing import fix, mark_notified, newer_inputs, result_place
from helpdesk.settlement.lists import newest_statements
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.issue_document import issue_payment_notice

INPUTS_ARE_NEWER = (
    "算定のあとに入力が変わりました。算定し直してください。"
    "このまま確定するときは「入力が新しいことを承知で確定する」を選んでください"
)
SEEN_OTHERWISE = "表示のあとに結果が変わりました。画面を開き直し、確かめてからもう一度実行してください"


@dataclass(frozen=True, slots=True)
class Notified:
    """通知したもの: the notice and its document as it was archived."""

    notice: NotifiedResult
    document: DocumentFile


def correct_result(
    session: Session, desk: Desk, result_id: int, changes: Mapping[str, str], *, reason: str, by: Person
) -> MonthResult:
    """修正: a new version of a month's result with these figures (typed text by name)."""
    require(by, "correct_results", "算定結果を修正する")
    result, now = result_by_id(session, result_id), desk.clock()
    made = _or_nothing(session, lambda: correct(session, result, changes, reason=reason, by=by, now=now))
    changed = {
        name: [result.figures.get(name), text]
        for name, text in made.figures.items()
        if text != result.figures.get(name)
    }
    content = {"result": made.id, "resource": made.resource_id, "delivery_month": made.delivery_month}
    content |= {"version": made.version, "figures": changed, "reason": made.reason}
    history.record(session, _stream(made.fiscal_year), "result_corrected", content, by=by, now=now)
    session.commit()
    return made


def fix_result(
    session: Session, desk: Desk, result_id: int, *, accept_newer: bool = False, by: Person
) -> MonthResult:
    """確定: this one version of one resource's month; `accept_newer` as in `fix_month`."""
    require(by, "fix_results", "算定結果を確定する")
    result = result_by_id(session, result_id)
    year, month = result.fiscal_year, result.delivery_month
    _fix(session, desk, [result], year, month, accept_newer=accept_newer, by=by)
    return result


def results_to_fix(
    session: Session, fiscal_year: int, delivery_month: int, *, business_id: int | None = None
) -> list[MonthResult]:
    """What `fix_month` would fix: the newest versions of the month that are not fixed yet; show their `fingerprint`."""
    found = newest(session, fiscal_year, delivery_month=delivery_month, business_id=business_id)
    return [result for result in found if result.fixed_at is None]


def fix_month(
    session: Session,
    desk: Desk,
    *,
    fiscal_year: int,
    delivery_month: int,
    business_id: int | None = None,
    shown: str,
    accept_newer: bool = False,
    by: Person,
) -> list[MonthResult]:
    """確定: a whole month, or one business's; `shown` is the fingerprint of what the person saw of `results_to_fix`.

    Results whose inputs have changed since are fixed only where the person says so (`accept_newer`).
    Raises `Conflict` when that is no longer what would be fixed, `Refused` with all that this person may not fix.
    """
    require(by, "fix_results", "算定結果を確定する")
    hold_year(session, fiscal_year)
    results = results_to_fix(session, fiscal_year, delivery_month, business_id=business_id)
    if fingerprint(results) != shown:
        session.rollback()
        raise Conflict(SEEN_OTHERWISE)
    _fix(session, desk, results, fiscal_year, delivery_month, accept_newer=accept_newer, by=by)
    return results


def notify_business(
    session: Session,
    desk: Desk,
    *,
    business_id: int,
    fiscal_year: int,
    delivery_month: int,
    reason: str = "",
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
    by: Person,
) -> Notified:
    """通知: the next notice of a business and month from its fixed results, and the archived document of it.

    Only where no statement of the month is computed: what has one is told when its statement is issued.
    Every resource with a contract or a result must be fixed; a further version needs a reason. What a decision on an
    objection has told already is told once: the results are tied to that notice. Raises `NotAllowed`, `NotFound`,
    `Refused` with everything that stands against it.
    """
    require(by, "fix_results", "算定結果を通知する")
    business = session.get(Business, business_id)
    if business is None:
        raise NotFound("その事業者は登録されていません")
    hold_year(session, fiscal_year)
    results = newest(session, fiscal_year, delivery_month=delivery_month, business_id=business_id)
    before = notified_in_force(session, business_id, fiscal_year, delivery_month)
    problems = _not_ready(session, business, fiscal_year, delivery_month, results, by)
    figures = [] if problems else _figures(session, results, adjustments, carried_debt_yen)
    is_told = before is not None and [list(each) for each in before.figures] == figures
    if before is not None and not is_told:
        problems += _replaced(results, before, figures)
    if before is not None and is_told and all(each.notified_result_id == before.id for each in results):
        words = f"通知済みの第{before.version}版と同じ内容です。通知は不要です"
        problems.append(Problem(business.name, words))
    elif before is not None and not is_told and not reason.strip():
        words = f"第{before.version}版が通知済みです。新しい版を出す理由を入力してください"
        problems.append(Problem("理由", words))
    if problems:
        session.rollback()
        raise Refused(problems)
    now = desk.clock()
    notice = before
    if notice is None or not is_told:
        on = in_japan(now).date()
        notice = issue_notice(
            session, business, fiscal_year, delivery_month, figures, reason=reason.strip(), on=on
        )
    mark_notified(session, results, notice)
    content = {"notice": notice.id, "business": business_id, "delivery_month": delivery_month}
    content |= {"version": notice.version, "results": [result.id for result in results]}
    history.record(session, _stream(fiscal_year), "month_notified", content, by=by, now=now)
    session.commit()
    return Notified(notice, issue_payment_notice(desk, notice.id, file_format="pdf", by=by))


def _fix(
    session: Session,
    desk: Desk,
    results: Sequence[MonthResult],
    fiscal_year: int,
    delivery_month: int,
    *,
    accept_newer: bool,
    by: Person,
) -> None:
    now = desk.clock()
    hold_year(session, fiscal_year)
    newer = newer_inputs(session, fiscal_year, delivery_month)
    if newer and not accept_newer:
        session.rollback()
        raise Refused([Problem(f"{delivery_month}月分", INPUTS_ARE_NEWER)])
    _or_nothing(session, lambda: fix(session, results, by=by, now=now))
    content: dict[str, Any] = {"delivery_month": delivery_month}
    content |= {"results": [result.id for result in results]}
    if newer:
        content["newer_inputs"] = list(newer)
    history.record(session, _stream(fiscal_year), "results_fixed", content, by=by, now=now)
    session.commit()


def _not_ready(
    session: Session,
    business: Business,
    fiscal_year: int,
    delivery_month: int,
    results: Sequence[MonthResult],
    by: Person,
) -> list[Problem]:
    """Everything that is not fixed, and what this person may not be the last to see."""
    problems = []
    for result in results:
        if result.fixed_at is None:
            problems.append(Problem(result_place(result), "確定していません。確定してから通知してください"))
        elif by.id in result.inputs.get("corrected_by", []):
            problems.append(
                Problem(result_place(result), "自分が修正した結果は通知できません。別の人に依頼してください")
            )
    contracted = session.scalars(
        select(Resource)
        .join(Contract, Contract.resource_id == Resource.id)
        .where(Resource.business_id == business.id, Contract.fiscal_year == fiscal_year)
        .order_by(Resource.code)
    )
    there = {result.resource_id for result in results}
    for resource in contracted:
        if resource.id not in there:
            words = f"{delivery_month}月分が算定されていません。算定して確定してから通知してください"
            problems.append(Problem(f"{resource.name}（{resource.code}）", words))
    if not results and not problems:
        problems.append(Problem(business.name, f"{delivery_month}月分の算定結果がありません"))
    if newest_statements(session, "capacity", fiscal_year, delivery_month, business_id=business.id):
        words = "この月は精算を計算しています。通知は、精算の承認のあとに精算の画面から発行してください"
        problems.append(Problem(f"{business.name} {delivery_month}月分", words))
    for each in pending(session, fiscal_year)[RESULTS]:
        if each.delivery_month == delivery_month and (OBJECTION, business.id) in each.of_businesses:
            words = "異議申立てで訂正した入力が反映されていません。算定し直して確定してから通知してください"
            problems.append(Problem(f"{business.name} {delivery_month}月分", words))
    return problems


def _replaced(
    results: Sequence[MonthResult], before: NotifiedResult, figures: Sequence[Sequence[str]]
) -> list[Problem]:
    """Results told once that a later notice (a decision on an objection) tells otherwise: they are not told again."""
    problems = []
    for result in results:
        key = f"resource.{result.resource.code}."
        own, told = (
            [list(each) for each in of if each[0].startswith(key)] for of in (figures, before.figures)
        )
        if result.notified_result_id not in (None, before.id) and own and own != told:
            words = f"この結果のあとに通知した第{before.version}版と違います。算定し直して確定してから通知してください"
            problems.append(Problem(result_place(result), words))
    return problems


def _figures(
    session: Session,
    results: Sequence[MonthResult],
    adjustments: Sequence[Mapping[str, Any]],
    carried_debt_yen: int,
) -> list[list[str]]:
    try:
        return notice_figures(
            results,
            adjustments=adjustments,
            carried_debt_yen=carried_debt_yen,
            parameters=parameters_in_force(session).configuration or None,
        )
    except InputRefused as refused:
        session.rollback()
        raise Refused([Problem(each.where, each.message) for each in refused.problems]) from refused


def _or_nothing(session: Session, act: Any) -> Any:
    try:
        return act()
    except HelpdeskError:
        session.rollback()
        raise


def _stream(fiscal_year: int) -> str:
    return f"assessment:{fiscal_year}"
