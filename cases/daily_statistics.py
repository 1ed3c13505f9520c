"""日次集計: what a desk did on one day: number handled, handling time, calls, decisions, checklists (B4.1, daily report).

Like the weekly figures these follow from what had happened by the end of the day (with `as_of`: from what was known at
that moment) and never from the present state of a case. A day runs from 00:00 to 24:00, Japan time.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from cases import checklists
from cases.business_calendar import load_holidays
from cases.case_stories import Story, read_stories
from cases.history import content_of
from cases.kinds import KINDS
from cases.models import Event, PhoneCall
from cases.statistics import ONE_DAY, HandledCase, channel_counts, handled_case, is_overdue, midnight_of
from cases.working_time import Worked, worked_between

_OBJECTION_KINDS = ("objection_received", "objection_decided", "objection_withdrawn")
_COUNTED = (*_OBJECTION_KINDS, "late_payment_settled")


@dataclass(frozen=True, slots=True)
class KindDay:
    """One kind of case on the day. carried_over + received + reopened - closed = open_at_end, always."""

    carried_over: int
    received: int
    reopened: int
    closed: int
    open_at_end: int
    overdue_at_end: int
    answers: int
    worked_on: int  # cases on which something was done
    handling_seconds: int


@dataclass(frozen=True, slots=True)
class CallsDay:
    """電話: calls whose record was finished on the day; `outcomes` by their code.

    One that is written up after midnight counts then: what was reported of a day stays true.
    """

    incoming: int
    outgoing: int
    seconds: int
    outcomes: dict[str, int]
    promises: int
    promised_yen: int


@dataclass(frozen=True, slots=True)
class ObjectionsDay:
    """異議申立て: what was received, decided (by decision) and withdrawn on the day, and what nobody has decided by its end."""

    received: int
    decisions: dict[str, int]
    withdrawn: int
    undecided_at_end: int


@dataclass(frozen=True, slots=True)
class PersonDay:
    """担当者: what one person did. Time on several cases at once counts once for each case."""

    name: str
    cases: int
    answers_released: int
    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class DailyOperations:
    """日次の業務集計."""

    day: date
    starts_at: datetime
    ends_at: datetime
    as_of: datetime | None
    kinds: dict[str, KindDay]
    channels: dict[str, int]
    calls: CallsDay
    objections: ObjectionsDay
    late_payments_settled: int  # invoices that were followed up and are paid
    people: tuple[PersonDay, ...]
    cases: tuple[tuple[HandledCase, str, int], ...]  # with kind and seconds worked
    duty_lists: dict[str, tuple[checklists.ShownList, ...]]  # by duty

    @property
    def handling_seconds(self) -> int:
        """The day's whole handling time."""
        return sum(person.seconds for person in self.people)


def daily_operations(
    session: Session, *, day: date, as_of: datetime | None = None, outsiders: Collection[int] = ()
) -> DailyOperations:
    """The figures of one day; `as_of`: as they were known at that moment.

    `outsiders` are the users who are not the desk's: what a business does in its portal is no work of the desk.
    """
    start, end = midnight_of(day), midnight_of(day + ONE_DAY)
    known = Event.at < end if as_of is None else (Event.at < end) & (Event.at <= as_of)
    until = end if as_of is None else min(end, as_of)
    stories = read_stories(session, start, known, outsiders=outsiders)
    worked = worked_between(session, start, end, as_of=as_of)
    done = list(
        session.scalars(
            select(Event).where(Event.at >= start, Event.actor_id.is_not(None), known).order_by(Event.id)
        )
    )
    calls = _logged(session, done)
    happened = _happened(session, start, known)
    holidays = load_holidays(session)
    seconds = _by_case(worked)
    return DailyOperations(
        day=day,
        starts_at=start,
        ends_at=end,
        as_of=as_of,
        kinds={
            kind: _count([story for story in stories if story.kind == kind], start, until, seconds)
            for kind in KINDS
        },
        channels=channel_counts([story for story in stories if story.received_at >= start]),
        calls=_calls(calls),
        objections=_objections(happened, _decisions(done)),
        late_payments_settled=happened["late_payment_settled"].on_the_day,
        people=_people([event for event in done if event.actor_id not in outsiders], calls, worked),
        cases=tuple(
            (handled_case(story, holidays), story.kind, seconds.get(story.case_id, 0))
            for story in sorted(stories, key=lambda story: (story.received_at, story.case_id))
            if story.done or seconds.get(story.case_id)
        ),
        duty_lists={
            duty: tuple(_known_ticks(each, until) for each in checklists.lists_of_day(session, duty, day))
            for duty in checklists.DUTIES
        },
    )


def _count(stories: Sequence[Story], start: datetime, until: datetime, seconds: dict[int, int]) -> KindDay:
    done = [kind for story in stories for kind in story.done]
    still_open = [story for story in stories if story.is_open]
    return KindDay(
        carried_over=sum(story.was_open for story in stories),
        received=sum(story.received_at >= start for story in stories),
        reopened=done.count("reopened"),
        closed=done.count("closed"),
        open_at_end=len(still_open),
        overdue_at_end=sum(is_overdue(story, until) for story in still_open),
        answers=done.count("answer_released"),
        worked_on=sum(bool(story.done) or story.case_id in seconds for story in stories),
        handling_seconds=sum(seconds.get(story.case_id, 0) for story in stories),
    )


def _logged(session: Session, done: Sequence[Event]) -> list[PhoneCall]:
    """The calls of these events: what has been finished changes no more, and what was taken back is none."""
    logged = [(content_of(event) or {}).get("call") for event in done if event.kind == "call_logged"]
    return list(session.scalars(select(PhoneCall).where(PhoneCall.id.in_(logged)).order_by(PhoneCall.id)))


def _calls(calls: Sequence[PhoneCall]) -> CallsDay:
    promised = [call for call in calls if call.promised_on is not None]
    return CallsDay(
        incoming=sum(call.direction == "in" for call in calls),
        outgoing=sum(call.direction == "out" for call in calls),
        seconds=sum(int((call.ended_at - call.started_at).total_seconds()) for call in calls),
        outcomes=dict(sorted(Counter(call.outcome for call in calls).items())),
        promises=len(promised),
        promised_yen=sum(call.promised_yen or 0 for call in promised),
    )


class _Count(NamedTuple):
    """How often something has happened: by the end of the day, and on the day."""

    ever: int = 0
    on_the_day: int = 0


def _happened(session: Session, start: datetime, known: ColumnElement[bool]) -> dict[str, _Count]:
    """The kinds of events that are counted whoever did them: a receipt settles an invoice without a person."""
    on_the_day = func.sum(case((Event.at >= start, 1), else_=0))
    rows = session.execute(
        select(Event.kind, func.count(), on_the_day)
        .where(Event.kind.in_(_COUNTED), known)
        .group_by(Event.kind)
    )
    return dict.fromkeys(_COUNTED, _Count()) | {kind: _Count(ever, day) for kind, ever, day in rows}


def _objections(happened: Mapping[str, _Count], decisions: dict[str, int]) -> ObjectionsDay:
    received, decided, withdrawn = (happened[kind] for kind in _OBJECTION_KINDS)
    return ObjectionsDay(
        received=received.on_the_day,
        decisions=decisions,
        withdrawn=withdrawn.on_the_day,
        undecided_at_end=received.ever - decided.ever - withdrawn.ever,
    )


def _decisions(done: Sequence[Event]) -> dict[str, int]:
    decided = [content_of(event) or {} for event in done if event.kind == "objection_decided"]
    return dict(sorted(Counter(content.get("decision", "") for content in decided).items()))


def _people(
    done: Sequence[Event], calls: Sequence[PhoneCall], worked: Sequence[Worked]
) -> tuple[PersonDay, ...]:
    """Everybody who worked that day: people of the desk, known by what they did."""
    names = {event.actor_id: event.actor_name for event in done if event.case_id is not None}
    names |= {call.operator_id: call.operator_name for call in calls}
    names |= {each.user_id: each.user_name for each in worked}
    cases: dict[int, set[int]] = {user_id: set() for user_id in names}
    for event in done:
        if event.case_id is not None:
            cases[event.actor_id].add(event.case_id)
    for each in worked:
        if each.case_id is not None:
            cases[each.user_id].add(each.case_id)
    released = Counter(event.actor_id for event in done if event.kind == "answer_released")
    called = Counter(call.operator_id for call in calls)
    time = Counter()
    for each in worked:
        time[each.user_id] += each.seconds
    found = [
        PersonDay(name, len(cases[user_id]), released[user_id], called[user_id], time[user_id])
        for user_id, name in names.items()
    ]
    return tuple(sorted(found, key=lambda person: (-person.seconds, -person.cases, person.name)))


def _by_case(worked: Sequence[Worked]) -> dict[int, int]:
    seconds: Counter[int] = Counter()
    for each in worked:
        if each.case_id is not None:
            seconds[each.case_id] += each.seconds
    return dict(seconds)


def _known_ticks(shown: checklists.ShownList, until: datetime) -> checklists.ShownList:
    """The list as it stood then: what was ticked later counts as open."""
    items = tuple(
        item
        if item.done_at is None or item.done_at <= until
        else checklists.ShownItem(item.position, item.text)
        for item in shown.items
    )
    return checklists.ShownList(shown.template_id, shown.title, items, shown.started)
