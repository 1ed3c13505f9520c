"""A value that is not there is told once, and never taken for a number."""

from tests.alerts.following import Watch, judged, told
from tests.alerts.published import determination

TOKYO = (34, "東京")


def test_a_missing_value_is_told_once_until_it_is_there_again() -> None:
    judgements = judged(
        determination(f"2026-07-22 0{hour}:59", {TOKYO: margin})
        for hour, margin in enumerate([None, None, 900, None], 1)
    )
    sending = ("missing", "send", "routing", [TOKYO])
    assert [told(each) for each in judgements] == [
        [sending],
        [("missing", "drop", "repetition", [TOKYO])],
        [],
        [sending],
    ]


def test_half_a_day_is_one_notice() -> None:
    whole = determination("2026-07-22 00:29")
    half = determination("2026-07-22 00:29", readings=whole.readings[:240])
    (judgement,) = judged([half])
    (notice,) = judgement.notices
    assert (notice.decision, len(notice.candidates)) == ("send", 240)
    assert notice.areas == ["関西", "中国", "四国", "九州", "沖縄"]


def test_what_an_older_publication_lacks_and_a_newer_one_had_is_not_missing() -> None:
    watch = Watch()
    watch.judge(determination("2026-07-22 08:59"))
    assert told(watch.judge(determination("2026-07-22 08:29", {TOKYO: None}))) == []
