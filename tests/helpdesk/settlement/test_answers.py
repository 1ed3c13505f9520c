"""Until when a business may answer where silence counts, and what its answer is called."""

from datetime import UTC, date, datetime

from helpdesk.settlement.answers import answer_label, silence_until
from helpdesk.settlement.models import BusinessStatement

THURSDAY = datetime(2026, 7, 16, 1, 0, tzinfo=UTC)
HOLIDAYS = {date(2026, 7, 20): "海の日"}


def test_silence_is_counted_in_working_days_from_the_day_of_the_notice() -> None:
    told = BusinessStatement(issued_at=THURSDAY)
    assert silence_until(told, 1, HOLIDAYS) == date(2026, 7, 17)
    assert silence_until(told, 2, HOLIDAYS) == date(2026, 7, 21)
    assert silence_until(BusinessStatement(), 2, HOLIDAYS) is None


def test_it_is_counted_anew_from_the_end_of_an_objection() -> None:
    later = datetime(2026, 7, 21, 16, 0, tzinfo=UTC)  # 22 July in Japan
    told = BusinessStatement(issued_at=THURSDAY, answered_at=later)
    assert silence_until(told, 1, HOLIDAYS) == date(2026, 7, 23)


def test_an_answer_has_its_name() -> None:
    assert [answer_label(BusinessStatement(answer=each)) for each in (None, "silent")] == ["", "みなし確認"]
