"""Below 8 %: by the block's rate, told once, and again only after an all-clear."""

from alerts.feeds.reserve_margin import read
from tests.alerts.following import crossed, judged, sent, told
from tests.alerts.published import determination, official

TOKYO = (34, "東京")


def test_one_low_slot_among_480_is_the_only_one_told() -> None:
    """P3: 東京 7.94 at 17:00 on 2026-03-20."""
    rows = """
        2026/03/20,17:00,1,北海道,3344,4040.1,696.1,20.82,82.77,3344,3847,503
        2026/03/20,17:00,2,東北,8772.178,10663.218,1891.04,21.56,82.27,8772.178,10856.318,2084.14
        2026/03/20,17:00,3,東京,34114,36822,2708,7.94,92.65,34114,36822,2708
        2026/03/20,17:00,4,中部,37463.086,42646.314,5183.228,13.84,87.85,14157.086,15852.864,1695.778
        2026/03/20,17:00,4,北陸,37463.086,42646.314,5183.228,13.84,87.85,2864,3204,340
        2026/03/20,17:00,4,関西,37463.086,42646.314,5183.228,13.84,87.85,14832,16656.336,1824.336
        2026/03/20,17:00,4,中国,37463.086,42646.314,5183.228,13.84,87.85,5610,6877,1267
        2026/03/20,17:00,5,四国,2456.21,3640.282,1184.072,48.21,67.47,2456.21,3640.282,1184.072
        2026/03/20,17:00,6,九州,8216,10711.686,2495.686,30.38,76.7,8216,10767.8,2551.8
        2026/03/20,17:00,7,沖縄,802,1220.894,418.894,52.23,65.69,802,1220.894,418.894
    """
    fields = [line.strip().split(",") for line in rows.strip().splitlines()]
    (judgement,) = judged([read(official("2026-03-20 16:29", fields))])
    assert crossed(judgement) == [(34, "東京", "low")]
    assert told(judgement)[0] == ("first_low", "send", "routing", [TOKYO])
    assert [each.event for each in judgement.notices] == ["first_low", "missing", "missing"]


def test_an_area_that_is_short_in_a_block_that_is_well_off_is_not_low_and_a_tiny_block_rate_is() -> None:
    """P6."""
    rows = [
        [
            "2026/04/07",
            "15:00",
            "1",
            "北海道",
            "3701",
            "4285.758",
            "584.758",
            "15.8",
            "86.36",
            "3701",
            "3679",
            "-22",
        ],
        ["2026/05/20", "16:00", "1", "北海道", "3110", "3118", "8", "0.26", "99.74", "3110", "2938", "-172"],
    ]
    healthy, tiny = (read(official(f"{row[0]} 14:59", [row])) for row in rows)
    assert healthy.readings[0].area_reserve_kw == -22_000
    assert [crossed(each) for each in judged([healthy, tiny])] == [[], [(32, "北海道", "low")]]


def test_the_first_crossing_is_told_at_once_and_not_again_while_it_stays_low() -> None:
    """C10, by crossings: 9.0 → 7.9 → 7.5 → 8.1 → 7.8 is two times low and one all-clear."""
    judgements = judged(
        determination(f"2026-07-22 0{hour}:59", {TOKYO: margin})
        for hour, margin in enumerate([900, 790, 750, 810, 780], 1)
    )
    assert sent(judgements) == [[], ["first_low"], [], ["recovered"], ["first_low"]]
    assert told(judgements[2]) == [("first_low", "drop", "repetition", [TOKYO])]


def test_a_low_slot_that_is_over_is_recorded_once_and_told_to_nobody() -> None:
    first, again = judged(
        determination(stamp, {TOKYO: 254}) for stamp in ("2026-07-22 17:00", "2026-07-22 17:29")
    )
    assert told(first) == [("first_low", "drop", "rule", [TOKYO])]
    assert told(again) == []
