"""The duty desk is told; a business never by itself."""

from tests.alerts.following import judged
from tests.alerts.published import determination


def test_what_is_sent_goes_to_the_duty_desk_and_what_is_not_to_nobody() -> None:
    first, again = judged(
        determination(stamp, {(34, "東京"): 700}) for stamp in ("2026-07-22 08:29", "2026-07-22 08:59")
    )
    assert [(each.decision, each.receivers) for each in first.notices] == [("send", ("duty_desk",))]
    assert [(each.decision, each.receivers) for each in again.notices] == [("drop", ())]
