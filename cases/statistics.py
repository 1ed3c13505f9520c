"""問合せ統計: what came in and what was done in a week, from the events alone (requirement B4.1, weekly report).

Nothing here reads the present state of a case: every figure follows from what had happened by the end of the week
(and, with `as_of`, from what was known at that moment). Any past week gives the same figures for ever. A week runs from
Monday 00:00 to the next Monday 00:00, Japan time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from cases.business_calendar import INQUIRY_DESK, JAPAN, Holidays, load_holidays
from cases.case_stories import Story, read_stories
from cases.classification import TOPICS
from cases.kinds import INQUIRY
from cases.lifecycle import WAITING
from cases.models import Event

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """初回回答までの時間: of the cases first answered in the week, in minutes of the inquiry desk's opening hours.

    The median of an even number of cases is the mean of the middle two, whole minutes, the rest cut off.
    """

    count: int
    median_minutes: int | None
    longest_minutes: int | None


@dataclass(frozen=True, slots=True)
class HandledCase:
    """対応した案件: a case on which something was done in the week, as it stood at the week's end."""

    case_id: int
    number: str
    business: str
    topic: str
    channel: str
    subject: str
    received_at: datetime
    first_answered_at: datetime | None
    response_minutes: int | None
    due_at: datetime | None
    status: str
    handler: str


@dataclass(frozen=True, slots=True)
class WeeklyInquiries:
    """週次の問合せ集計. carried_over + received + reopened - closed = open_at_end, always."""

    monday: date
    starts_at: datetime
    ends_at: datetime
    as_of: datetime | None
    carried_over: int
    received: int
    reopened: int
    closed: int
    open_at_end: int
    overdue_at_end: int  # of the open ones: due before the end, and not waiting for the business
    answers: int  # answers released
    answered: int  # cases that were given one
    topic_days: dict[str, tuple[int, ...]]  # every topic → received on Monday … Sunday
    channels: dict[str, int]
    response: ResponseTimes
    cases: tuple[HandledCase, ...]


def weekly_inquiries(
    session: Session, *, monday: date, as_of: datetime | None = None, outsiders: Collection[int] = ()
) -> WeeklyInquiries:
    """The figures of the week that begins on `monday`; `as_of`: as they were known at that moment.

    `outsiders` are the users who are not the desk's: nobody of them is named as who handled a case.
    """
    if monday.weekday() != 0:
        raise ValueError(f"{monday.isoformat()} は月曜日ではありません。週の初めの月曜日を指定してください")
    start, end = midnight_of(monday), midnight_of(monday + 7 * ONE_DAY)
    known = Event.at < end if as_of is None else (Event.at < end) & (Event.at <= as_of)
    told = read_stories(session, start, known, outsiders=outsiders)
    stories = [story for story in told if story.kind == INQUIRY]
    return _count(stories, monday, start, end, as_of, load_holidays(session))


def week_of(moment: datetime) -> date:
    """The Monday of the week in which a moment lies, Japan time."""
    day = moment.astimezone(JAPAN).date()
    return day - day.weekday() * ONE_DAY


def _count(
    stories: list[Story],
    monday: date,
    start: datetime,
    end: datetime,
    as_of: datetime | None,
    holidays: Holidays,
) -> WeeklyInquiries:
    weeks = [kind for story in stories for kind in story.done]
    new = [story for story in stories if story.received_at >= start]
    still_open = [story for story in stories if story.is_open]
    seen_at = end if as_of is None else min(end, as_of)
    handled = [handled_case(story, holidays) for story in stories if story.done]
    return WeeklyInquiries(
        monday=monday,
        starts_at=start,
        ends_at=end,
        as_of=as_of,
        carried_over=sum(story.was_open for story in stories),
        received=len(new),
        reopened=weeks.count("reopened"),
        closed=weeks.count("closed"),
        open_at_end=len(still_open),
        overdue_at_end=sum(is_overdue(story, seen_at) for story in still_open),
        answers=weeks.count("answer_released"),
        answered=sum("answer_released" in story.done for story in stories),
        topic_days=_topic_days(new, monday),
        channels=channel_counts(new),
        response=_response(
            each.response_minutes
            for each in handled
            if each.first_answered_at and each.first_answered_at >= start
        ),
        cases=tuple(sorted(handled, key=lambda each: (each.received_at, each.case_id))),
    )


def is_overdue(story: Story, moment: datetime) -> bool:
    """Whether the answer was due before that moment; a case that waits for the business is not late."""
    return story.status != WAITING and story.due_at is not None and story.due_at < moment


def handled_case(story: Story, holidays: Holidays) -> HandledCase:
    """A case as a report lists it."""
    answered = story.first_answered_at
    minutes = (
        INQUIRY_DESK.business_minutes_between(story.received_at, answered, holidays) if answered else None
    )
    return HandledCase(
        case_id=story.case_id,
        number=story.number,
        business=story.business,
        topic=story.topic,
        channel=story.channel,
        subject=story.subject,
        received_at=story.received_at,
        first_answered_at=answered,
        response_minutes=minutes,
        due_at=story.due_at,
        status=story.status,
        handler=story.assignee or story.last_person,
    )


def _topic_days(new: list[Story], monday: date) -> dict[str, tuple[int, ...]]:
    days = {topic: [0] * 7 for topic in TOPICS}
    for story in new:
        day = (story.received_at.astimezone(JAPAN).date() - monday).days
        days.setdefault(story.topic, [0] * 7)[day] += 1
    return {topic: tuple(counts) for topic, counts in days.items()}


def channel_counts(new: list[Story]) -> dict[str, int]:
    """How many came in on each way; mail, telephone and form always stand there."""
    counts = dict.fromkeys(("mail", "phone", "form"), 0)
    for story in new:
        counts[story.channel] = counts.get(story.channel, 0) + 1
    return counts


def _response(minutes: Iterable[int]) -> ResponseTimes:
    taken = sorted(minutes)
    if not taken:
        return ResponseTimes(0, None, None)
    middle = taken[(len(taken) - 1) // 2] + taken[len(taken) // 2]
    return ResponseTimes(len(taken), middle // 2, taken[-1])


def midnight_of(day: date) -> datetime:
    """The moment at which a Japanese day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)
