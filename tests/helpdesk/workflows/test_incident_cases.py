"""Every incident has one case of its own; both end together when the day is over."""

from alerts.models import Incident
from cases.history import SYSTEM
from cases.lifecycle import AWAITING_RELEASE, move
from cases.models import Case
from helpdesk.workflows.incident_cases import case_of, close_past, own_case
from tests.alerts.published import japan

LOW = {(34, "東京"): 794}


def test_the_case_is_opened_once(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    with watching.desk.database.write_session() as session:
        incident = session.get_one(Incident, 1)
        known = own_case(session, incident)
        assert case_of(session, incident, why="もう一度", now=watching.clock()) is known
    assert len(watching.rows(Case)) == 1


def test_a_day_is_over_at_its_midnight_and_not_a_minute_before(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    for moment, closed in (("2026-07-22 23:59", 0), ("2026-07-23 00:00", 1), ("2026-07-24 00:00", 0)):
        with watching.desk.database.write_session() as session:
            found = close_past(session, watch_now=japan(moment), now=watching.clock())
            assert len(found) == closed, moment


def test_a_case_that_somebody_has_in_review_stays_open_when_its_incident_ends(watching) -> None:
    watching.published("2026-07-22 03:29", LOW)
    with watching.desk.database.write_session() as session:
        case = own_case(session, session.get_one(Incident, 1))
        move(session, case, AWAITING_RELEASE, by=SYSTEM, now=watching.clock())
    with watching.desk.database.write_session() as session:
        close_past(session, watch_now=japan("2026-07-23 00:00"), now=watching.clock())
    assert watching.incident().state == "closed"
    assert watching.rows(Case)[0].status == AWAITING_RELEASE
