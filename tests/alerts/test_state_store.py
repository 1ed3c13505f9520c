"""A state comes back from the store as it went in."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.state_store import load_states, save_states
from alerts.tracking import UNSEEN, SlotState
from alerts.words import AREAS, SLOT_STATES
from helpdesk.database import Database
from tests.alerts.published import DAY

MOMENTS = st.integers(0, 50_000_000).map(
    lambda minutes: datetime(1970, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
)
STATES = st.builds(
    SlotState,
    state=st.sampled_from(SLOT_STATES),
    margin=st.none() | st.integers(-20_000, 100_000),
    valued_at=st.none() | MOMENTS,
    told_level=st.integers(0, 4),
    told_missing=st.booleans(),
    told_wrong=st.sampled_from(["", "rate usage"]),
).filter(lambda state: state != UNSEEN)
KEYS = st.tuples(st.just(DAY), st.integers(1, 48), st.sampled_from(AREAS))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(KEYS, STATES, max_size=30), max_size=3))
def test_states_come_back_as_they_were_saved_last(database: Database, saved: list) -> None:
    with database.open_session(writes=True) as session:
        expected: dict = {}
        for changes in saved:
            save_states(session, changes)
            expected |= changes
        session.expire_all()
        assert load_states(session, [DAY]) == expected
        session.rollback()
