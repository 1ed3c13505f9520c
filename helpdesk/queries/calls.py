"""電話の画面: what the list, the screen of one call and the panel of a case show, each in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session, joinedload

from cases import call_lists, callers
from cases import queries as case_queries
from cases.business_calendar import load_holidays
from cases.call_checks import LONGEST_CALL, OUTCOMES
from cases.call_state import DIRECTIONS, is_finished
from cases.case_filter import CaseFilter
from cases.classification import TOPICS, classify
from cases.lifecycle import STATE_LABELS
from cases.models import Case, Contact, PhoneCall
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import NotFound
from helpdesk.forms.calls import LABELS, local_moment
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.ledger.overdue import Standing, overdue_of_business
from helpdesk.queries.cases import people_who_work, with_due_state
from helpdesk.users.permissions import (
    Person,
    can,
    may_work_on_call,
    visible_calls,
    visible_cases,
)
from kb import queries as kb_queries
from kb.errors import IndexUnavailable
from kb.models import Article, Revision
from kb.rendering import render
from kb.suggestions import suggest

_SCRIPTS = 4
_OTHER_SCRIPTS = 12
_ASKED_FOR = 40  # suggestions of every kind, of which the talk scripts are taken
_OPEN_CASES = 10
_PROMISES = 5


@dataclass(frozen=True, slots=True)
class Script:
    """トークスクリプト as a choice: `reason` is empty for one that is merely there."""

    stem: str
    title: str
    reason: str


def load_call(session: Session, call_id: int, person: Person) -> PhoneCall:
    """The call with its case, business and person, if it may be seen."""
    found = (
        select(PhoneCall)
        .where(PhoneCall.id == call_id, visible_calls(person))
        .options(joinedload(PhoneCall.case), joinedload(PhoneCall.business), joinedload(PhoneCall.contact))
    )
    call = session.scalars(found).one_or_none()
    if call is None:
        raise NotFound("その電話の記録はありません。一覧から開き直してください")
    return call


def call_screen(
    session: Session, desk: Desk, call: PhoneCall, person: Person, *, typed: dict[str, str], wanted: str
) -> dict[str, Any]:
    """Everything the screen of a call shows. `typed`: what stands in the fields, `wanted`: who is looked for."""
    now = desk.clock()
    shown = stored_fields(call) | typed
    topic = classify(shown["subject"], shown["content"])
    asked = wanted or (call.telephone if call.business_id is None else "")
    suggested, others = scripts(session, desk, f"{shown['subject']}\n{shown['content']}", topic.topic)
    return {
        "call": call,
        "shown": shown,
        "fields": {label: name for name, label in LABELS.items()},
        "directions": DIRECTIONS,
        "outcomes": OUTCOMES,
        "topics": TOPICS,
        "statuses": STATE_LABELS,
        "finished": is_finished(call),
        "may_write": may_work_on_call(person, call) and not is_finished(call),
        "is_own": person.id == call.operator_id,
        "seconds": int(((call.ended_at or now) - call.started_at).total_seconds()),
        "is_forgotten": call.ended_at is None and now - call.started_at > LONGEST_CALL,
        "wanted": wanted,
        "callers": callers.find_callers(session, asked),
        "contacts": contacts_of(session, call.business_id),
        "may_see_results": can(person, "see_results"),
        "open_cases": _open_cases(session, call, person, now),
        "overdue": _overdue(session, call, person, now),
        "invoice_kinds": INVOICE_KINDS,
        "promises": promises_of(session, call.business_id),
        "people": people_who_work(session),
        "guessed_topic": topic,
        "script": _chosen_script(session, call.talk_script),
        "suggested_scripts": suggested,
        "other_scripts": others,
    }


def _overdue(session: Session, call: PhoneCall, person: Person, now: datetime) -> list[Standing]:
    """未入金: what a talk about money has to have at hand; not once the call is over."""
    if call.business_id is None or is_finished(call) or not can(person, "see_ledger"):
        return []
    today, holidays = in_japan(now).date(), load_holidays(session)
    return overdue_of_business(session, call.business_id, today=today, holidays=holidays)


def stored_fields(call: PhoneCall) -> dict[str, str]:
    """The call's own values as its fields carry them."""
    return {
        "telephone": call.telephone,
        "person_name": call.person_name,
        "subject": call.subject,
        "content": call.content,
        "outcome": call.outcome,
        "next_call_at": local_moment(call.next_call_at),
        "next_call_note": call.next_call_note,
        "promised_on": call.promised_on.isoformat() if call.promised_on else "",
        "promised_yen": str(call.promised_yen or ""),
        "ended_at": local_moment(call.ended_at),
        "topic": "",
        "assignee": "",
        "close": "",
    }


def contacts_of(session: Session, business_id: int | None) -> list[Contact]:
    """The people of a business."""
    return list(
        session.scalars(select(Contact).where(Contact.business_id == business_id).order_by(Contact.id))
    )


def promises_of(session: Session, business_id: int | None) -> list[Any]:
    """What a business has promised to pay, newest first, with the case."""
    found = (
        select(PhoneCall.promised_on, PhoneCall.promised_yen, PhoneCall.started_at, Case.number)
        .join(Case, Case.id == PhoneCall.case_id)
        .where(
            PhoneCall.business_id == business_id,
            PhoneCall.promised_on.is_not(None),
            PhoneCall.message_id.is_not(None),
        )
        .order_by(PhoneCall.id.desc())
    )
    return list(session.execute(found.limit(_PROMISES)).all())


def scripts(session: Session, desk: Desk, words: str, topic: str) -> tuple[list[Script], list[Script]]:
    """The talk scripts that these words suggest, and the others that are published."""
    try:
        desk.knowledge.follow(session)
        found = suggest(desk.knowledge, words, topic=topic, limit=_ASKED_FOR) if words.strip() else []
    except IndexUnavailable:
        found = []
    suggested = [Script(each.stem, each.title, each.reason) for each in found if each.kind == "talk_script"][
        :_SCRIPTS
    ]
    page = kb_queries.list_articles(
        session, visible=true(), kind="talk_script", only_published=True, limit=_OTHER_SCRIPTS
    )
    named = {each.stem for each in suggested}
    others = [Script(row.article.stem, row.title, "") for row in page.rows if row.article.stem not in named]
    return suggested, others


def calls_panel(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """電話 of a case: the calls made on it, and the ones to be made."""
    return {
        "case_calls": call_lists.calls_of_case(session, case.id),
        "call_directions": DIRECTIONS,
        "call_outcomes": OUTCOMES,
        "may_call": can(person, "work_on_cases"),
    }


def _open_cases(session: Session, call: PhoneCall, person: Person, now: datetime) -> list[Any]:
    if call.business_id is None:
        return []
    page = case_queries.case_list(
        session,
        visible=visible_cases(person),
        filters=CaseFilter(open_only=True, business_id=call.business_id),
        limit=_OPEN_CASES,
    )
    return [with_due_state(row, now) for row in page.rows]


def _chosen_script(session: Session, mark: str) -> dict[str, Any] | None:
    """The wording that a call is led by, in full, even when a newer one has been published since."""
    stem, _, number = mark.partition("@")
    if not number.isdigit():
        return None
    row = session.execute(
        select(Revision, Article.published_revision_id)
        .join(Article, Article.id == Revision.article_id)
        .where(Article.stem == stem, Revision.number == int(number))
    ).first()
    if row is None:
        return None
    revision = row.Revision
    return {
        "stem": stem,
        "number": revision.number,
        "title": revision.title,
        "html": render(revision.body),
        "is_current": revision.id == row.published_revision_id,
    }
