"""Which utility pays an area's share on a day: the latest that has begun, of that day the last version."""

from datetime import date, datetime

from cases.models import Business
from helpdesk.database import Database
from helpdesk.register.area_utilities import utilities_in_force
from helpdesk.register.models import AreaUtility


def test_the_latest_that_has_begun_is_in_force_of_that_day_the_last_version(
    database: Database, now: datetime
) -> None:
    with database.write_session() as session:
        made = [Business(code=f"T{number}", name=f"送配電{number}", kind="utility") for number in range(4)]
        session.add_all(made)
        session.flush()
        of = [business.id for business in made]
        rows = [
            ("九州", date(2026, 4, 1), 1, of[0]),
            ("北海道", date(2027, 1, 1), 2, of[2]),
            ("北海道", date(2027, 1, 1), 1, of[1]),
            ("北海道", date(2026, 4, 1), 3, of[3]),
        ]
        session.add_all(
            AreaUtility(
                area=area, valid_from=valid_from, version=version, business_id=business_id, recorded_at=now
            )
            for area, valid_from, version, business_id in rows
        )
        session.flush()
        assert utilities_in_force(session, date(2026, 12, 31)) == {"北海道": of[3], "九州": of[0]}
        assert utilities_in_force(session, date(2027, 1, 1)) == {"北海道": of[2], "九州": of[0]}
        assert list(utilities_in_force(session, date(2027, 1, 1))) == ["北海道", "九州"]
