"""Limits and plans: a row a slot; what a row leaves empty stays as it stands."""

import pytest

from helpdesk.imports.generation_limits import GENERATION_LIMITS
from helpdesk.imports.table_file import read_table
from helpdesk.register.models import NO_VALUE
from helpdesk.register.slot_entries import read_submitted
from helpdesk.workflows.import_file import import_file
from tests.helpdesk.imports.slot_files import LABELS, TODAY, as_csv, problems_of

HEADER = ["電源等コード", "対象日", "コマ", "開始時刻", "終了時刻", "発電上限", "発電計画"]


@pytest.fixture
def bring(desk, world):
    def bring(*rows: list[str]):
        with desk.database.open_session(writes=True) as session:
            content = as_csv([HEADER, *rows])
            by = world.people["leader"]
            return import_file(session, desk, "generation_limits", "上限.csv", content, keep=True, by=by)

    return bring


def read(desk, world, kind: str) -> list[int]:
    with desk.database.read_session() as session:
        return read_submitted(
            session,
            desk.settings.slots_folder,
            fiscal_year=2026,
            delivery_month=4,
            kind=kind,
            resource_ids=[world.resources["R-1"]],
        )[0, 0].tolist()


def test_limits_and_plans_go_into_their_own_slots_and_empty_cells_change_nothing(desk, world, bring) -> None:
    first = bring(
        ["R-1", "2026-04-01", "1", "", "", "80,000", "75000"],
        ["R-1", "2026-04-01", "", "0:30", "01:00", "70000", ""],
        ["R-1", "2026-04-01", "", "", "24:00", "", "0"],
    )
    second = bring(
        ["R-1", "2026-04-01", "2", "", "", "", "60000"], ["R-1", "2026-04-01", "1", "", "", "1", ""]
    )
    assert (first.new, first.corrected, second.new, second.corrected) == (1, 0, 0, 1)
    assert first.checked.rows == [
        ["北浜発電所 1号機（R-1）", "2026-04-01", "2コマ 70,000〜80,000 kW", "2コマ 0〜75,000 kW"]
    ]
    assert list(second.kept.changes) == [
        "北浜発電所 1号機（R-1） 2026-04-01 コマ1 発電上限：80,000 kW → 1 kW"
    ]
    assert second.kept.told == {"slots_new": 1, "slots_corrected": 1}
    assert read(desk, world, "limit_kw") == [1, 70_000, *[NO_VALUE] * 46]
    assert read(desk, world, "planned_kw") == [75_000, 60_000, *[NO_VALUE] * 45, 0]


def test_everything_wrong_is_found_by_row_and_column(desk, world) -> None:
    rows = [
        ["R-1", "2026-04-01", "49", "", "", "1", ""],
        ["R-1", "2026-04-01", "", "", "", "1", ""],
        ["R-1", "2026-04-01", "3", "00:00", "", "1", ""],
        ["R-1", "2026-04-01", "4", "", "", "", ""],
        ["R-1", "2026-04-01", "4", "", "", "0.5", "-1"],
    ]
    with desk.database.read_session() as session:
        assert problems_of(session, GENERATION_LIMITS, as_csv([HEADER, *rows])) == [
            ("2行目「コマ」", "1〜48 で入力してください（いま 49）"),
            (
                "3行目「コマ」",
                "コマがありません。コマ番号（1〜48）・開始時刻・終了時刻のどれかを入れてください",
            ),
            ("4行目「開始時刻」", "コマ1とコマ3 のどちらか分かりません"),
            (
                "5行目「発電上限」",
                "発電上限・発電計画 のどれも空です。値を入れるか、行を除いてください",
            ),
            ("6行目「発電上限」", "「0.5」は kW の整数ではありません"),
            ("6行目「発電計画」", "「-1」は 0 以上ではありません"),
            (
                "6行目「コマ」",
                "北浜発電所 1号機（R-1） 2026-04-01 コマ4 は 5行目にもあります。どちらかを除いてください",
            ),
        ]


def test_a_day_may_stand_in_one_row_for_each_of_limit_and_plan(desk, world) -> None:
    header = ["電源等コード", "対象日", "項目", *(f"{label}[kW]" for label in LABELS)]
    limit = ["R-1", "2026-04-01", "発電上限", *["5"] * 48]
    plan = ["R-1", "2026-04-01", "発電計画", "1,000", "", "３", *["0"] * 45]
    with desk.database.read_session() as session:
        table = read_table("a.csv", as_csv([header, limit, plan]))
        checked = GENERATION_LIMITS.read(session, table, TODAY)
        wrong = [limit, ["R-1", "2026-04-01", "発電実績", *["1"] * 48], [*plan[:3], "-1", *["1"] * 47], limit]
        found = problems_of(session, GENERATION_LIMITS, as_csv([["令和8年4月分"], header, *wrong]))
    whole, given = checked.entries
    assert (whole.kind, whole.cells.tolist()) == ("limit_kw", [5] * 48)
    assert (given.kind, given.cells) == (
        "planned_kw",
        {1: 1_000, 3: 3, **dict.fromkeys(range(4, 49), 0)},
    )
    assert checked.rows == [["北浜発電所 1号機（R-1）", "2026-04-01", "48コマ 5 kW", "47コマ 0〜1,000 kW"]]
    assert found == [
        ("4行目「項目」", "「発電実績」はありません。発電上限・発電計画 のどれかにしてください"),
        ("5行目「00:30」", "「-1」は 0 以上ではありません"),
        (
            "6行目「対象日」",
            "北浜発電所 1号機（R-1） 2026-04-01 発電上限 は 3行目にもあります。どちらかを除いてください",
        ),
    ]
