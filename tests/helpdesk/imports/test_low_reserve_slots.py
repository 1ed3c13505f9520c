"""Files of low-reserve slots: by number, beginning or end; beside what the feed decided; taken back."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from helpdesk.imports.cells import NotReadable
from helpdesk.imports.low_reserve_slots import read_margin
from helpdesk.register.models import LowReserveSlot

HEADER = "エリア,対象日,コマ,開始時刻,終了時刻,広域予備率(%),取消\n"


def test_a_slot_is_named_by_number_beginning_or_end(read, desk) -> None:
    checked = read(
        "low_reserve_slots",
        HEADER
        + "関西,2026-08-03,35,,,7.53,\n"
        + "関西エリア,令和8年8月3日,,17:30,,7.5％,\n"
        + "九州,2026/8/3,,,24:00,,\n",
    )
    assert [(each["area"], each["slot"], each["margin_hundredths"]) for each in checked.entries] == [
        ("関西", 35, 753),
        ("関西", 36, 750),
        ("九州", 48, None),
    ]


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        ("沖縄,2026-08-03,35,,,,", "エリア", "対象外です"),
        ("関東,2026-08-03,35,,,,", "エリア", "北海道・東北・東京・中部・北陸・関西・中国・四国・九州"),
        ("関西,2026-08-03,,,,,", "コマ", "コマの番号か時刻"),
        ("関西,2026-08-03,35,17:00,17:00,,", "コマ", "合いません"),
        ("関西,2026-08-03,35,,,7.531,", "広域予備率", "小数2桁まで"),
        ("関西,2026-08-03,35,,,低,", "広域予備率", "小数2桁まで"),
    ],
)
def test_what_is_no_slot_is_said(told, desk, row: str, where: str, words: str) -> None:
    [(found, message)] = told("low_reserve_slots", HEADER + row + "\n")
    assert found == f"2行目「{where}」"
    assert words in message


def test_a_slot_twice_is_refused_and_one_that_was_not_low_is_told(told, read, desk) -> None:
    row = "関西,2026-08-03,35,,,8.00,\n"
    [(where, message)] = told("low_reserve_slots", HEADER + row + "関西,2026-08-03,,17:00,,,\n")
    assert (where, message[:20]) == ("3行目「コマ」", "関西 2026-08-03 コマ35は "[:20])
    assert "8％ 以上の行が 1 件" in read("low_reserve_slots", HEADER + row).warnings[0]


def test_a_margin_is_exact_and_may_be_below_nothing() -> None:
    assert [read_margin(cell) for cell in ("7.53", "-0.5", "３．２％", "100", "7.500")] == [
        753,
        -50,
        320,
        10_000,
        750,
    ]
    with pytest.raises(NotReadable):
        read_margin("1e2")


def test_what_the_feed_decided_is_known_and_can_be_taken_back(send, desk) -> None:
    derived = {"origin": "feed", "margin_hundredths": 753, "publication_id": 7, "withdrawn": False}
    with desk.database.write_session() as session:
        session.add(
            LowReserveSlot(
                area="関西", date=date(2026, 8, 3), slot=35, version=1, recorded_at=desk.clock(),
                decided_at=datetime(2026, 8, 2, 9, 0, tzinfo=UTC), **derived,
            )
        )  # fmt: skip
    row = "関西,2026-08-03,35,,,,{}\n"
    assert send("low_reserve_slots", HEADER + row.format("")).changes_nothing
    done = send("low_reserve_slots", HEADER + row.format("はい") + "関西,2026-08-03,36,,,7.1,\n")
    assert (done.new, done.corrected, done.known) == (1, 1, 0)
    with desk.database.read_session() as session:
        rows = session.scalars(select(LowReserveSlot).where(LowReserveSlot.slot == 35)).all()
        assert [(each.version, each.origin, each.withdrawn) for each in rows] == [
            (1, "feed", False),
            (2, "file", True),
        ]
