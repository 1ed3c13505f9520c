"""案件の一画面（E1）: case, conversation, notified against recomputed, derivation, knowledge, answer — as the page takes it."""

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from cases import answering, lifecycle
from cases import queries as case_queries
from cases.answer_state import RELEASED
from cases.call_record import words_of
from cases.classification import TOPICS
from cases.lifecycle import STATE_LABELS
from cases.models import Answer, Case
from helpdesk.desk import Desk
from helpdesk.queries import calculations, cases
from helpdesk.queries.case_panels import panels
from helpdesk.register.lookups import contracts_of_business, notified_results, results_of_case, runs_of_case
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.permissions import Person, can, may_release, may_work_on, sees_inside
from helpdesk.workflows.answer_text import figures_of, letter_of, told_before
from kb.categories import KINDS
from kb.errors import IndexUnavailable
from kb.models import Revision
from kb.rendering import render
from kb.suggestions import suggest
from mail_templates.errors import FigureUnknown
from mail_templates.figures import format_figure

_SUGGESTIONS = 3
_MOST_MESSAGES, _FIRST, _LAST = 5, 2, 2  # of a longer conversation the middle is folded
_SAID = (
    "received",
    "follow_up_received",
    "acknowledged",
    "answer_released",
    "mail_sent",
)  # known outside too


def case_screen(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """Everything the case's page shows; the number of statements does not depend on how much there is."""
    found, inside = case_queries.case_page(session, case), sees_inside(person)
    if not inside:
        found = _as_the_business_knows_it(found)
    now = desk.clock()
    cards = [
        _with_links(card, case, inside)
        for card in cases.message_cards(
            session,
            found.messages,
            lambda file: url_for("cases.attachment", number=case.number, attachment_id=file.id),
        )
    ]
    new_reply = _new_reply(case, cards)
    folded = [] if len(cards) <= _MOST_MESSAGES else _middle(cards, new_reply)
    values: dict[str, Any] = {
        "case": case,
        "statuses": STATE_LABELS,
        "topics": TOPICS,
        "due_state": cases.due_state(case.status, case.due_at, now),
        "user_id": person.id,
        "may_work": may_work_on(person, case),
        "may_recompute": can(person, "recompute"),
        "may_see_results": can(person, "see_results"),
        "sees_inside": inside,
        "next_states": [state for state in lifecycle.possible(case) if state != lifecycle.AWAITING_RELEASE],
        "people": cases.people_who_work(session),
        "businesses": cases.business_choices(session),
        "contacts": cases.contact_choices(session, case.business_id),
        "messages": cards,
        "first_folded": folded[0]["id"] if folded else None,
        "last_folded": folded[-1]["id"] if folded else None,
        "folded_messages": len(folded),
        "new_reply_id": new_reply,
        "timeline": cases.timeline(found.events),
        "suggestions": _suggestions(session, desk, case, found.messages) if inside else [],
        "kb_kinds": KINDS,
    }
    values |= panels(session, desk, case, person) if inside else {}
    run = _results(session, case, _newest_words(case, found.messages), person, values)
    values["released"] = _released(found.answers, cards)
    _answer(session, case, found.answer, run, person, values)
    return values


def _as_the_business_knows_it(page: case_queries.CasePage) -> case_queries.CasePage:
    """Without the desk's own words: memos, and the notes of a call, which are written for colleagues."""
    own = [each for each in page.messages if each.direction == "note" or each.channel == "phone"]
    return replace(
        page,
        messages=[each for each in page.messages if each not in own and not each.automatic],
        events=[each for each in page.events if each.kind in _SAID],
        answer=None,
        answers=[],
    )


def _results(
    session: Session, case: Case, words: str, person: Person, values: dict[str, Any]
) -> CalculationRun | None:
    values |= {"notified": None, "notified_choices": [], "run": None}
    if case.business_id is None or not values["may_see_results"]:
        return None
    linked = results_of_case(session, case.id)
    notified: NotifiedResult | None = linked[-1] if linked else None
    attached = runs_of_case(session, case.id)
    run = attached[0].run if attached else None
    values["notified"] = notified
    values["notified_choices"] = [
        (
            each.id,
            f"{each.fiscal_year}年度 {each.delivery_month}月分 第{each.version}版（{each.document_number}）",
        )
        for each in notified_results(session, case.business_id)
    ]
    values["run"] = run
    if run is not None and notified is not None:
        rows = calculations.comparison(notified, run)
        differing = sum(1 for row in rows if row["difference"] not in ("0", None))
        values["telling_rows"] = [row for row in rows if calculations.is_telling(row)]
        values["equal_rows"] = [row for row in rows if not calculations.is_telling(row)]
        values["comparison_note"] = f"{differing} 項目に差があります" if differing else "すべて一致しています"
        values["sections"] = calculations.sections(run)
    elif notified is not None:
        contracts = contracts_of_business(session, notified.business_id, notified.fiscal_year)
        named = calculations.named_resources(contracts, words)
        values["notified_rows"], values["other_rows"] = calculations.split_by_resource(
            calculations.notified_rows(notified), named
        )
    return run


def _answer(
    session: Session,
    case: Case,
    answer: Answer | None,
    run: CalculationRun | None,
    person: Person,
    values: dict[str, Any],
) -> None:
    values |= {
        "answer": answer,
        "preview": None,
        "preview_problem": "",
        "release_blockers": [],
        "figures": [],
    }
    if answer is None:
        return
    bound = session.get(CalculationRun, answer.run_reference) if answer.run_reference else None
    values["may_release"] = may_release(person, answer)
    values["figures"] = [
        {"key": key, "label": figure.label, "shown": format_figure(figure)}
        for key, figure in figures_of(bound, told_before(session, answer.case)).items()
    ]
    try:
        letter = letter_of(session, case, answer, bound)
    except FigureUnknown as unknown:
        values["preview_problem"] = str(unknown)
        return
    values["preview"] = letter
    values["release_blockers"] = answering.checks_before_release(
        session,
        answer,
        by=person,
        current_run_digest=run.digest if run and answer.run_reference else None,
    )
    if answer.status == answering.DRAFT:  # what only matters at the release is not said while somebody writes
        values["release_blockers"] = []
    values["seen_message_id"] = answering.newest_incoming(session, case.id) or ""


@dataclass(frozen=True, slots=True)
class _Suggested:
    """A suggestion with its text, ready to be read without leaving the case."""

    stem: str
    kind: str
    title: str
    reason: str
    html: str


def _suggestions(session: Session, desk: Desk, case: Case, messages: list) -> list[_Suggested]:
    try:
        desk.knowledge.follow(session)
        found = suggest(desk.knowledge, _newest_words(case, messages), topic=case.topic, limit=_SUGGESTIONS)
    except IndexUnavailable:
        return []
    ids = [each.revision_id for each in found]
    bodies = {
        revision.id: revision.body for revision in session.query(Revision).filter(Revision.id.in_(ids)).all()
    }
    return [
        _Suggested(each.stem, each.kind, each.title, each.reason, render(bodies[each.revision_id]))
        for each in found
        if each.revision_id in bodies
    ]


def _released(answers: list[Answer], cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """第n回答: the answers that went out, in their order, with what became of the mail."""
    deliveries = {card["id"]: card["delivery"] for card in cards}
    return [
        {
            "number": number,
            "at": answer.reviewed_at,
            "author": answer.author_name,
            "reviewer": answer.reviewer_name,
            "message_id": answer.message_id,
            "delivery": deliveries.get(answer.message_id),
        }
        for number, answer in enumerate((each for each in answers if each.status == RELEASED), 1)
    ]


def _new_reply(case: Case, cards: list[dict[str, Any]]) -> int | None:
    """The message of the business that came after others and is the newest said: nobody has answered it yet."""
    said = [card for card in cards if card["kind"] in ("in", "out")]
    waits = len(said) > 1 and said[-1]["kind"] == "in" and case.status != lifecycle.CLOSED
    return said[-1]["id"] if waits else None


def _middle(cards: list[dict[str, Any]], new_reply: int | None) -> list[dict[str, Any]]:
    """What stands between the first and the last messages; a new reply and what was noted since are never in it."""
    return [card for card in cards[_FIRST:-_LAST] if new_reply is None or card["id"] < new_reply]


def _newest_words(case: Case, messages: list) -> str:
    """What the case is about now: its subject, and the newest message of the business."""
    incoming = [message for message in messages if message.direction == "in" and not message.automatic]
    return f"{case.subject}\n{words_of(incoming[-1]) if incoming else ''}"


def _with_links(card: cases.MessageCard, case: Case, inside: bool) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in card.__slots__}
    if not inside:
        values["notes"] = []
    address = {"number": case.number, "message_id": card.id}
    values["raw_url"] = url_for("cases.raw", **address) if card.raw_sha256 else None
    values["html_url"] = url_for("cases.html", **address) if card.raw_sha256 and card.has_html else None
    return values
