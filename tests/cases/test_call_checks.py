"""電話の記録の確認: whatever is let through, the database takes, and no promise is without its day and amount."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.call_checks import OUTCOMES, Ending, problems_of_ending
from cases.models import PhoneCall

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-2_000, 2_000).map(lambda hours: NOW + timedelta(hours=hours))


@given(
    outcome=st.sampled_from([*OUTCOMES, "", "discarded", "x"]),
    ended_after=st.integers(-100, 100_000),
    next_call_at=MOMENTS,
    promised_on=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    promised_yen=st.none() | st.integers(-5, 10**16),
    has_case=st.booleans(),
    content=st.sampled_from(["", "話した"]),
)
def test_what_passes_can_be_kept(
    outcome: str,
    ended_after: int,
    next_call_at: datetime | None,
    promised_on: date | None,
    promised_yen: int | None,
    has_case: bool,
    content: str,
) -> None:
    begun = NOW - timedelta(hours=20)
    call = PhoneCall(started_at=begun, telephone="", person_name="", subject="", content=content)
    call.next_call_note = ""
    ending = Ending(outcome, begun + timedelta(seconds=ended_after), next_call_at, promised_on, promised_yen)
    problems = problems_of_ending(call, ending, has_case=has_case, now=NOW)
    assert all(problem.where and problem.message for problem in problems)
    assert len({problem.where for problem in problems}) == len(problems)
    if problems:
        return
    assert outcome in OUTCOMES
    assert begun <= ending.ended_at <= NOW
    assert next_call_at is None or next_call_at > NOW
    assert (outcome == "promised") == (promised_on is not None) == (promised_yen is not None)
    assert promised_yen is None or 0 < promised_yen < 2**63
    assert outcome != "callback" or next_call_at is not None
    assert has_case or outcome == "wrong_number"
