"""Files of substitutions: what moves, and what contracts do not allow, with words."""

import pytest

HEADER = "差替番号,差替元,差替先,差替容量(kW),開始,終了,取消\n"


def test_a_whole_and_a_part_are_read_to_their_slots(read, fleet) -> None:
    checked = read(
        "substitutions",
        HEADER
        + "SG-1,R-1,R-2,,2026-05-01 00:00,,\n"
        + 'SG-2,R-2,R-4,"40,000kW",2026-06-01 08:30,2026-06-30 24:00,\n',
    )
    first, second = checked.entries
    assert (first["from_resource_id"], first["to_resource_id"]) == (fleet["R-1"], fleet["R-2"])
    assert (first["kw"], first["last_date"], first["last_slot"]) == (None, None, None)
    assert (second["kw"], second["first_slot"], second["last_slot"]) == (40_000, 18, 48)
    assert checked.rows[0][3] == "全量"


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        ("SG-1,R-1,R-1,,2026-05-01 00:00,,", "差替先", "同じ電源等です"),
        ("SG-1,R-1,R-2,100001,2026-05-01 00:00,,", "差替容量", "契約容量 100,000 kW を超えています"),
        ("SG-1,R-1,R-2,0,2026-05-01 00:00,,", "差替容量", "1 kW 以上"),
        ("SG-1,R-1,R-3,,2026-05-01 00:00,,", "差替先", "7,000円/kW、差替元は 5,832円/kW"),
        ("SG-1,R-4,R-1,,2026-05-01 00:00,,", "差替元", "2026年度の契約がありません"),
        ("SG-1,R-1,R-2,,2027-05-01 00:00,,", "差替元", "2027年度の契約がありません"),
        ("SG-1,R-1,R-2,,2026-05-01 00:00,2027-04-01 00:30,", "終了", "2026年度の終わりを越えています"),
        ("SG-1,R-1,R-2,,2026-05-01 00:10,,", "開始", "30分の区切り"),
        ("SG-1,R-1,R-9,,2026-05-01 00:00,,", "差替先", "登録されていません"),
    ],
)
def test_what_cannot_be_substituted_is_said(told, fleet, row: str, where: str, words: str) -> None:
    [(found, message)] = told("substitutions", HEADER + row + "\n")
    assert found == f"2行目「{where}」"
    assert words in message


def test_parts_that_meet_may_not_be_more_than_the_contract(told, read, send, fleet) -> None:
    first = "SG-1,R-1,R-2,60000,2026-05-01 00:00,2026-05-31 24:00,\n"
    second = "SG-2,R-1,R-4,50000,2026-05-31 23:30,,\n"
    [(found, message)] = told("substitutions", HEADER + first + second)
    assert found == "3行目「差替容量」"
    assert "重なる差替（SG-1）と合わせて 110,000 kW になり、契約容量 100,000 kW を超えます" in message
    assert (
        len(read("substitutions", HEADER + first + second.replace("05-31 23:30", "06-01 00:00")).entries) == 2
    )
    send("substitutions", HEADER + first)
    assert told("substitutions", HEADER + second)[0][0] == "2行目「差替容量」"
    assert len(read("substitutions", HEADER + first.replace(",\n", ",はい\n") + second).entries) == 2


def test_a_withdrawn_one_is_the_next_version_of_its_number(send, fleet) -> None:
    row = "SG-1,R-1,R-2,60000,2026-05-01 00:00,,{}\n"
    send("substitutions", HEADER + row.format(""))
    moved = send("substitutions", HEADER + row.format("").replace("R-2", "R-4"), keep=False)
    assert moved.kept.changes[0].endswith("差替先 R-2 → R-4")
    done = send("substitutions", HEADER + row.format("取消"))
    assert done.corrected == 1
    assert done.kept.changes[0].endswith("取消 いいえ → はい")
