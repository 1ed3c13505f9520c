"""Files of dispatch orders: six slots from their beginning, within a day, not two at a time, and no more than are agreed."""

import pytest

HEADER = "指令番号,電源等コード,対象日,開始時刻,種類,取消\n"


def test_an_order_lasts_six_slots_from_its_beginning(read, fleet) -> None:
    checked = read(
        "dispatch_orders",
        HEADER + "HD-1,R-1,2026-08-03,17:00,需要抑制,\nHD-1,R-2,2026-08-03,21:00,発電,\n",
    )
    assert [(each["first_slot"], each["last_slot"], each["kind"]) for each in checked.entries] == [
        (35, 40, "demand_response"),
        (43, 48, "generation"),
    ]
    assert checked.warnings == []


@pytest.mark.parametrize(
    ("row", "where", "words"),
    [
        (
            "HD-1,R-1,2026-08-03,21:30,発電,",
            "開始コマ",
            "発動指令は 6 コマで、この開始（コマ44）では日をまたぎます",
        ),
        ("HD-1,R-1,2026-08-03,17:00,揚水,", "種類", "需要抑制・発電 のどれか"),
        ("HD-1,R-1,2020-08-03,17:00,発電,", "対象日", "発動指令がありません"),
        ("HD-1,R-1,2026-08-03,,発電,", "開始コマ", "コマの番号か時刻"),
        (",R-1,2026-08-03,17:00,発電,", "指令番号", "空です"),
    ],
)
def test_what_is_no_order_is_said(told, fleet, row: str, where: str, words: str) -> None:
    [(found, message)] = told("dispatch_orders", HEADER + row + "\n")
    assert found == f"2行目「{where}」"
    assert words in message


def test_two_orders_of_a_resource_at_one_time_and_one_number_twice_are_refused(told, send, fleet) -> None:
    first, second = "HD-1,R-1,2026-08-03,17:00,発電,\n", "HD-2,R-1,2026-08-03,19:30,発電,\n"
    [(where, message)] = told("dispatch_orders", HEADER + first + second)
    assert (where, message[:13]) == ("3行目「開始コマ」", "2行目の指令「HD-1」と")
    send("dispatch_orders", HEADER + first)
    assert "登録済みの指令「HD-1」とコマが重なります" in told("dispatch_orders", HEADER + second)[0][1]
    assert "この電源等の指令「HD-2」は 2行目" in told("dispatch_orders", HEADER + second + second)[0][1]


def test_a_thirteenth_order_of_a_year_is_told(read, send, fleet) -> None:
    rows = [f"HD-{day},R-1,2026-07-{day:02},17:00,発電,\n" for day in range(1, 14)]
    assert read("dispatch_orders", HEADER + "".join(rows[:12])).warnings == []
    send("dispatch_orders", HEADER + "".join(rows[:12]))
    [warning] = read("dispatch_orders", HEADER + rows[12]).warnings
    assert "年13回あります（年12回まで）" in warning
