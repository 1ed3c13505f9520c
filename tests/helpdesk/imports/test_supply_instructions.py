"""Files of supply instructions: slots by number or time, never two for one slot."""

import pytest

HEADER = "電源等コード,対象日,開始時刻,開始コマ,終了時刻,終了コマ,指示量(kW),取消\n"


def test_times_and_slots_name_the_same(read, fleet) -> None:
    checked = read(
        "supply_instructions",
        HEADER
        + 'R-1,2026-08-03,17:00,,20:00,,"80,000",\n'
        + "R-2,令和8年8月3日,,35,,40,０,\n"
        + "R-1,2026-08-04,23:30,48,24:00,48,1,\n",
    )
    assert [(each["first_slot"], each["last_slot"], each["instructed_kw"]) for each in checked.entries] == [
        (35, 40, 80_000),
        (35, 40, 0),
        (48, 48, 1),
    ]


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        ("R-1,2026-08-03,,,20:00,,1,", "開始コマ", "コマの番号か時刻を入れてください"),
        ("R-1,2026-08-03,17:00,34,20:00,,1,", "開始コマ", "番号と時刻が合いません"),
        ("R-1,2026-08-03,17:00,,17:00,,1,", "終了コマ", "開始（コマ35）より前です"),
        ("R-1,2026-08-03,17:10,,20:00,,1,", "開始時刻", "30分の区切り"),
        ("R-1,2026-08-03,17:00,,00:00,,1,", "終了時刻", "24:00 と書いてください"),
        ("R-1,8/3,17:00,,20:00,,1,", "対象日", "年月日ではありません"),
        ("R-1,2026-08-03,17:00,,20:00,,,", "指示量", "空です"),
    ],
)
def test_what_cannot_be_read_is_said(told, fleet, row: str, where: str, words: str) -> None:
    [(found, message)] = told("supply_instructions", HEADER + row + "\n")
    assert found == f"2行目「{where}」"
    assert words in message


def test_two_instructions_for_one_slot_are_refused_in_a_file_and_beside_what_is_recorded(
    told, send, read, fleet
) -> None:
    first, second = "R-1,2026-08-03,17:00,,20:00,,80000,\n", "R-1,2026-08-03,19:30,,21:00,,90000,\n"
    [(where, message)] = told("supply_instructions", HEADER + first + second)
    assert where == "3行目「開始コマ」"
    assert "2行目の供給指示とコマが重なります" in message
    send("supply_instructions", HEADER + first)
    assert "登録済みの供給指示（コマ35〜40）" in told("supply_instructions", HEADER + second)[0][1]
    shorter = first.replace("20:00", "19:30")
    assert len(read("supply_instructions", HEADER + shorter + second).entries) == 2
    assert send("supply_instructions", HEADER + first.replace(",\n", ",はい\n") + second).corrected == 1
    found = told("supply_instructions", HEADER + second + second)
    assert "同じ電源等・日・開始コマ40は 2行目にもあります" in found[0][1]
