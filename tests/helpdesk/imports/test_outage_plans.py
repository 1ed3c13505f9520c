"""Files of outage plans: from slot to slot or open, corrected and withdrawn by the same number."""

import json
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from cases.models import Event
from helpdesk.imports.outage_plans import read_outage_plans
from helpdesk.imports.table_file import read_table
from helpdesk.register.models import OutagePlan
from tests.helpdesk.imports.tables import workbook

HEADER = "電源等コード,計画番号,提出日時,開始,開始コマ,終了,終了コマ,利用可能容量(kW),取消\n"


def test_a_plan_is_read_from_times_from_slots_and_with_an_open_end(read, fleet) -> None:
    checked = read(
        "outage_plans",
        HEADER
        + 'R-1,KT-1,2026-04-10 15:30,2026-05-01 08:30,,2026-05-02 24:00,,"50,000kW",\n'
        + "ｒ－１,KT-2,令和8年4月10日 9:00,2026年5月3日,18,令和8年5月3日,48コマ目,０,いいえ\n"
        + "R-2,KT-3,2026/4/10 9:00,2026-05-04,,,,0,取消\n",
    )
    spans = [
        tuple(entry[name] for name in ("first_date", "first_slot", "last_date", "last_slot", "withdrawn"))
        for entry in checked.entries
    ]
    assert spans == [
        (date(2026, 5, 1), 18, date(2026, 5, 2), 48, False),
        (date(2026, 5, 3), 18, date(2026, 5, 3), 48, False),
        (date(2026, 5, 4), 1, None, None, True),
    ]
    assert checked.entries[0]["submitted_at"].astimezone(UTC) == datetime(2026, 4, 10, 6, 30, tzinfo=UTC)
    assert [entry["available_kw"] for entry in checked.entries] == [50_000, 0, 0]
    assert checked.rows[0][3:5] == ["2026-05-01 08:30（コマ18）", "2026-05-02 24:00（コマ48）"]
    assert checked.rows[2][3:5] == ["2026-05-04 00:00（コマ1）", "（未定）"]


GOOD = ["R-1", "KT-1", "2026-04-10 15:30", "2026-05-01 08:30", "", "2026-05-31 24:00", "", "50000", ""]


@pytest.mark.parametrize(
    ("column", "cell", "where", "words"),
    [
        (0, "R-99", "電源等コード", "登録されていません"),
        (0, "", "電源等コード", "空です"),
        (1, "", "計画番号", "空です"),
        (1, "あ" * 61, "計画番号", "60文字以内"),
        (2, "2026-04-10", "提出日時", "時刻がありません"),
        (2, "2026-07-01 00:00", "提出日時", "より後の日時です"),
        (3, "2026-05-01 08:31", "開始", "30分の区切り"),
        (3, "5/1", "開始", "年月日ではありません"),
        (4, "17", "開始", "時刻・コマの列（コマ17）と合いません"),
        (4, "49", "開始コマ", "1〜48"),
        (5, "2026-05-31", "終了", "時刻がありません"),
        (5, "2026-05-01 08:30", "終了", "より前です"),
        (6, "47", "終了", "時刻・コマの列（コマ47）と合いません"),
        (7, "-1", "利用可能容量", "0 以上ではありません"),
        (7, "50.5", "利用可能容量", "整数ではありません"),
        (7, "50MW", "利用可能容量", "ではありません"),
        (7, '"5,0000"', "利用可能容量", "3桁ごとではありません"),
        (7, "#REF!", "利用可能容量", "値ではありません"),
        (7, "", "利用可能容量", "空です"),
        (8, "たぶん", "取消", "どちらでもありません"),
    ],
)
def test_a_cell_that_cannot_be_read_is_said_by_row_and_column(
    told, fleet, column, cell, where, words
) -> None:
    cells = [*GOOD]
    cells[column] = cell
    [(found, message)] = told("outage_plans", HEADER + ",".join(cells) + "\n")
    assert found == f"2行目「{where}」"
    assert words in message


@pytest.mark.any_database
@pytest.mark.parametrize("heading", ["供給力", "提供できる供給力", "供給力(kW)"])
def test_the_capacity_that_is_left_has_the_names_it_is_given(read, fleet, heading: str) -> None:
    header = HEADER.replace("利用可能容量(kW)", heading)
    checked = read("outage_plans", header + "R-1,KT-1,2026-04-10 15:30,2026-05-01,,,,100,\n")
    assert checked.entries[0]["available_kw"] == 100


def test_an_end_without_its_day_and_one_number_twice_are_told_to_the_last_row(told, fleet) -> None:
    rows = [",".join(GOOD), "R-1,KT-2,2026-04-10 15:30,2026-05-01 08:30,,,48,0,", ",".join(GOOD)]
    found = told("outage_plans", HEADER + "\n".join(rows) + "\n")
    assert found == [
        ("3行目「終了」", "終了の時刻かコマだけがあります。終了の日付を入れてください"),
        ("4行目「計画番号」", "計画「KT-1」は 2行目にもあります。どちらかを除いてください"),
    ]


def test_a_plan_of_the_same_number_is_the_next_version_and_told_first(send, desk, fleet) -> None:
    row = ",".join(GOOD) + "\n"
    assert send("outage_plans", HEADER + row).new == 1
    corrected = row.replace("50000", "60000").replace("2026-05-31 24:00", "")
    shown = send("outage_plans", HEADER + corrected, keep=False)
    assert (shown.new, shown.corrected, shown.known) == (0, 1, 0)
    assert shown.kept.changes == [
        "北浜発電所 1号機（R-1）・KT-1：終了日 2026-05-31 → なし、終了コマ 48 → なし、利用可能容量 50,000 → 60,000"
    ]
    done = send("outage_plans", HEADER + corrected)
    assert send("outage_plans", HEADER + corrected).changes_nothing
    with desk.database.read_session() as session:
        plans = session.scalars(select(OutagePlan).order_by(OutagePlan.version)).all()
        assert [(plan.version, plan.available_kw) for plan in plans] == [(1, 50_000), (2, 60_000)]
        assert plans[1].file_id == done.file_id
        events = session.scalars(select(Event).where(Event.stream == "inputs")).all()
        imported = [json.loads(event.content) for event in events if event.kind == "file_imported"]
    assert [each["corrected"] for each in imported] == [0, 1]


def test_a_problem_in_the_last_row_leaves_nothing_of_the_others(told, send, desk, fleet) -> None:
    rows = "".join(f"R-1,KT-{at},2026-04-10 15:30,2026-05-01 08:30,,,,0,\n" for at in range(300))
    text = HEADER + rows + "R-1,KT-X,2026-04-10 15:30,2026-05-01 08:31,,,,0,\n"
    assert [where for where, _ in told("outage_plans", text)] == ["302行目「開始」"]
    with desk.database.read_session() as session:
        assert session.scalars(select(OutagePlan.id)).all() == []


def test_excel_s_own_dates_times_and_numbers_are_read(desk, fleet) -> None:
    submitted, start = datetime(2026, 4, 10, 15, 30), datetime(2026, 6, 1)  # noqa: DTZ001 - as Excel has them
    rows = [
        ["停止計画（6月分）"],
        ["電源等コード", "計画番号", "提出日時", "開始", "終了", "終了時刻", "利用可能容量(kW)"],
        ["R-1", 12, submitted, start, date(2026, 6, 2), time(12, 30), 50000.0],
    ]
    with desk.database.read_session() as session:
        checked = read_outage_plans(session, read_table("計画.xlsx", workbook(rows)), date(2026, 6, 30))
    [entry] = checked.entries
    assert (entry["number"], entry["available_kw"]) == ("12", 50_000)
    assert (entry["first_date"], entry["first_slot"]) == (date(2026, 6, 1), 1)
    assert (entry["last_date"], entry["last_slot"]) == (date(2026, 6, 2), 25)
