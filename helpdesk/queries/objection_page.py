"""異議申立ての一画面: one objection with its comparison, the derivations, what follows from it, and who may do what."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from cases.answer_state import DRAFT, IN_REVIEW, RELEASED
from cases.models import Answer, Objection
from cases.objection_state import (
    DECIDED,
    DECISIONS,
    OPEN_STATUSES,
    REJECTED,
    STATUS_LABELS,
    carried_out,
    enterers,
)
from helpdesk.desk import Desk
from helpdesk.presentation import japanese_date
from helpdesk.queries import calculations
from helpdesk.queries.cases import due_state
from helpdesk.queries.objections import TONES, columns_of, compared, next_step, status_words
from helpdesk.register.lookups import notified_by_id, notified_results, run_by_id
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.runs import is_current
from helpdesk.register.what_if import LABELS
from helpdesk.users.permissions import Person, can
from helpdesk.workflows.objection_letter import TEMPLATE

_TOTAL = "total_yen"


def objection_page(
    session: Session, desk: Desk, objection: Objection, person: Person, *, foreseen: CalculationRun | None
) -> dict[str, Any]:
    """Everything the page shows; `foreseen`: the run of a decision that is being tried."""
    case, done = objection.case, carried_out(session, objection)
    notice = notified_by_id(session, objection.notice_reference)
    recomputed = _run(session, objection.recomputed_run_reference)
    claimed = _run(session, objection.claimed_run_reference)
    decided = _run(session, done.get("run")) if objection.status == DECIDED else foreseen
    is_open = objection.status in OPEN_STATUSES
    current = recomputed is not None and (
        not is_open
        or is_current(
            session,
            recomputed,
            slots_folder=desk.settings.slots_folder,
            parameters=parameters_in_force(session).configuration,
        )
    )
    word = "決定の見通し" if foreseen is not None else "決定後"
    telling, rest = compared(objection, notice, recomputed, claimed, decided)
    notices = notified_results(session, notice.business_id, fiscal_year=notice.fiscal_year)
    entered = enterers(session, objection)
    return {
        "case": case,
        "objection": objection,
        "notice": notice,
        "newer": _newer(notice, notices) if is_open else None,
        "status_label": status_words(objection),
        "status_tone": TONES[objection.status],
        "statuses": STATUS_LABELS,
        "decisions": DECISIONS,
        "due_state": due_state(case.status, case.due_at, desk.clock()),
        "next_step": next_step(objection, case),
        "recomputed": recomputed,
        "claimed": claimed,
        "is_current": current,
        "columns": columns_of(objection, claimed, "" if decided is None else word),
        "telling_rows": telling,
        "other_rows": rest,
        "derivations": _derivations(
            (
                ("recomputed", "再計算（登録内容）", recomputed),
                ("claimed", "申立ての入力での計算", claimed),
                ("decided", word, decided),
            )
        ),
        "entered_by": "、".join(entered.values()),
        "corrections": _corrections(done),
        "follow_ups": _follow_ups(session, objection, notice, notices, decided, done)
        if objection.status == DECIDED
        else [],
        "letter": _letter_state(session, objection),
        "is_open": is_open,
        "may_work": can(person, "work_on_cases"),
        "may_review": is_open and can(person, "recompute"),
        "may_decide": is_open and can(person, "decide_objections"),
        "decides_own": person.id in entered,
    }


def _run(session: Session, run_id: int | None) -> CalculationRun | None:
    return run_by_id(session, run_id) if run_id else None


def _newer(notice: NotifiedResult, notices: list[NotifiedResult]) -> NotifiedResult | None:
    """The version of the month that has replaced the notice, if any."""
    same = [each for each in notices if each.delivery_month == notice.delivery_month]
    newest = max(same, key=lambda each: each.version)
    return newest if newest.version > notice.version else None


def _derivations(runs: Iterable[tuple[str, str, CalculationRun | None]]) -> list[dict[str, Any]]:
    """The sections of each run, once for runs that are the same; one that is only tried has no address."""
    found: list[dict[str, Any]] = []
    digests: set[str] = set()
    for stem, title, run in runs:
        if run is not None and run.digest not in digests:
            digests.add(run.digest)
            run_id = run.id if object_session(run) is not None else None
            sections = calculations.sections(run)
            found.append({"stem": stem, "title": title, "run_id": run_id, "sections": sections})
    return found


def _corrections(done: dict[str, Any]) -> list[str]:
    days = [
        f"{code}　{on}　{LABELS.get(kind, kind)}（訂正 第{version}版）"
        for code, kind, on, version in done.get("days", [])
    ]
    values = [
        f"{row['resource']}　{LABELS.get(row['kind'], row['kind'])}　{row['before']} → {row['after']}"
        for row in done.get("contract_values", [])
    ]
    return days + values


def _follow_ups(
    session: Session,
    objection: Objection,
    notice: NotifiedResult,
    notices: list[NotifiedResult],
    decided: CalculationRun | None,
    done: dict[str, Any],
) -> list[dict[str, Any]]:
    """決定のあとに続くこと: what is done and what is not, in order, with where to do it."""
    corrected = next((each for each in notices if each.id == done.get("notice")), None)
    steps = []
    if objection.decision != REJECTED:
        count = len(_corrections(done))
        steps.append(_step(f"登録内容の訂正：{count} 件" if count else "登録内容の訂正：不要", done=True))
        if decided is not None:
            url = url_for("calculations.show", run_id=decided.id)
            steps.append(_step(f"再計算：計算 #{decided.id} を案件に添付", done=True, url=url))
        steps.append(
            _step(
                f"訂正通知：{corrected.document_number}（{japanese_date(corrected.notified_on)}）", done=True
            )
            if corrected
            else _step("訂正通知：金額が変わらないため不要", done=True)
        )
    elif decided is not None and any(
        row["difference"] not in (None, "0") for row in calculations.comparison(notice, decided)
    ):
        steps.append(_step("再計算と通知に差があります。通知の訂正が必要か確かめてください", done=False))
    steps.append(_letter_step(session, objection))
    if corrected is not None:
        changed = calculations.difference(_total(notice.figures), _total(corrected.figures))
        if changed != "0":
            words = f"精算：交付額または請求額（税込）の差 {_signed(changed)}円を次回以降の精算で調整"
            steps.append(_step(words, done=False))
        later = [each for each in notices if _after(each, notice) and _newer(each, notices) is None]
        if later and done.get("days"):
            names = "、".join(f"{each.delivery_month}月分（{each.document_number}）" for each in later)
            steps.append(_step(f"4月からの累計が変わるため、後の月の通知も再計算する：{names}", done=False))
    steps.append(
        _step("案件を完了にする", done=objection.case.closed_at is not None, url=_case_url(objection))
    )
    return steps


def _letter_state(session: Session, objection: Objection) -> str:
    """How far the letter about the decision is: released, in review, draft, or empty."""
    found = select(Answer.status).where(Answer.case_id == objection.case_id, Answer.template == TEMPLATE)
    states = set(session.scalars(found))
    return next((state for state in (RELEASED, IN_REVIEW, DRAFT) if state in states), "")


def _letter_step(session: Session, objection: Objection) -> dict[str, Any]:
    state = _letter_state(session, objection)
    words = {RELEASED: "承認して送付済み", IN_REVIEW: "承認待ち", DRAFT: "下書きあり"}.get(state, "未作成")
    return _step(f"決定のお知らせ：{words}", done=state == RELEASED, url=_case_url(objection, "answer"))


def _step(text: str, *, done: bool, url: str = "") -> dict[str, Any]:
    return {"text": text, "done": done, "url": url}


def _case_url(objection: Objection, anchor: str | None = None) -> str:
    return url_for("cases.show", number=objection.case.number, _anchor=anchor)


def _after(each: NotifiedResult, notice: NotifiedResult) -> bool:
    return (each.delivery_month - 4) % 12 > (notice.delivery_month - 4) % 12


def _total(figures: list) -> str | None:
    return next((figure[3] for figure in figures if figure[0] == _TOTAL), None)


def _signed(exact: str | None) -> str:
    if exact is None:
        return "―"
    number = int(exact)
    return f"{'−' if number < 0 else '+'}{abs(number):,}"
