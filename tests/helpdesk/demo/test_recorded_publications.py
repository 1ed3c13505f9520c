"""The packaged recording: three days, the tight one in the middle, each publication known from its stamp on."""

from collections import Counter
from datetime import date, datetime

from helpdesk.clock import JAPAN
from helpdesk.demo.recorded_publications import DAYS, TIGHT_DAY, newest_of_day, of_day, publications


def test_each_day_has_its_four_publications_of_480_rows() -> None:
    assert Counter(each.days for each in publications()) == {(day,): 4 for day in DAYS}
    assert {len(each.readings) for each in publications()} == {480}
    assert all(not each.problems for each in publications())


def test_the_tight_day_ends_with_the_65_low_slots_of_the_record() -> None:
    last = of_day(TIGHT_DAY)[-1]
    assert sum(each.margin < 800 for each in last.readings) == 65


def test_a_publication_is_known_from_its_stamp_on() -> None:
    stamp = datetime(2026, 7, 22, 5, 30, tzinfo=JAPAN)
    assert newest_of_day(TIGHT_DAY, stamp).published_at == stamp
    assert newest_of_day(TIGHT_DAY, stamp.replace(minute=29)).published_at.hour == 0
    assert newest_of_day(TIGHT_DAY, stamp.replace(hour=0, minute=27)) is None
    assert newest_of_day(date(2026, 7, 25), stamp) is None
