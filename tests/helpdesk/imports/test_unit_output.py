"""The published output of units, as really published: for resources on those units, whatever the layout."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy import func, select

from helpdesk.errors import Refused
from helpdesk.imports.table_file import read_table
from helpdesk.imports.unit_output import UNIT_OUTPUT
from helpdesk.register.models import NO_VALUE, Contract, ImportedFile, Resource, SlotFile
from helpdesk.register.slot_coverage import coverage
from helpdesk.register.slot_entries import read_submitted
from helpdesk.workflows.import_file import import_file
from tests.helpdesk.imports.slot_files import (
    LABELS,
    ONE_DAY,
    THREE_MONTHS,
    TODAY,
    as_csv,
    problems_of,
    rows_of,
)

TIDY = ["date", "area", "plant", "unit", "source_type", *LABELS]
MAIZURU = ["2026-04-01", "関西", "舞鶴発電所", "１号機", "火力（石炭）"]


@pytest.fixture
def units(desk, world) -> dict[str, int]:
    """Resources on three of the published units, as the register writes them."""
    written = {
        "M-1": ("関西", "舞鶴発電所", "1号機"),
        "M-2": ("関西", "舞鶴 発電所", "２号機"),
        "G-3": ("九州", "玄海原子力発電所", "3号機"),
    }
    with desk.database.write_session() as session:
        made = [
            Resource(
                code=code,
                name=f"{plant} {unit}",
                business_id=world.businesses["P001"],
                area=area,
                category="安定電源",
                plant=plant,
                unit=unit,
                installed_kw=900_000,
                contracts=[
                    Contract(
                        fiscal_year=2026, contract_kw=800_000, assessed_kw=800_000, price_yen_per_kw=5_832
                    )
                ],
            )
            for code, (area, plant, unit) in written.items()
        ]
        session.add_all(made)
        session.flush()
        return {resource.code: resource.id for resource in made}


def bring(desk, world, content: bytes, *, keep: bool = True):
    with desk.database.open_session(writes=True) as session:
        by = world.people["leader"]
        return import_file(session, desk, "unit_output", "units.csv.gz", content, keep=keep, by=by)


def metered(desk, ids: list[int], month: int = 4) -> np.ndarray:
    with desk.database.read_session() as session:
        return read_submitted(
            session,
            desk.settings.slots_folder,
            fiscal_year=2026,
            delivery_month=month,
            kind="metered_wh",
            resource_ids=ids,
        )


def test_three_real_months_become_metered_values_and_the_same_file_again_nothing(desk, world, units) -> None:
    content = THREE_MONTHS.read_bytes()
    first = bring(desk, world, content)
    again = bring(desk, world, content)
    assert (first.new, first.corrected, first.known) == (3 * 91, 0, 0)
    assert (again.new, again.corrected, again.known, again.changes_nothing) == (0, 0, 3 * 91, True)
    published = {
        (row[0], row[2], row[3]): np.array(row[5:], dtype=np.int64) * 1000
        for row in rows_of(THREE_MONTHS)[1:]
    }
    for month, days in ((4, 30), (5, 31), (6, 30)):
        values = metered(desk, [units["G-3"]], month)[0]
        for day in range(days):
            on = date(2026, month, day + 1).isoformat()
            assert np.array_equal(values[day], published[on, "玄海原子力発電所", "３号機"])
    with desk.database.read_session() as session:
        april, may = coverage(session, desk.settings.slots_folder, fiscal_year=2026, kind="metered_wh")[:2]
        assert april.complete(units.values()) == may.complete(units.values()) == list(units.values())
        assert session.scalar(select(func.count()).select_from(ImportedFile)) == 1
        assert session.scalar(select(func.count()).where(SlotFile.kind == "metered_wh")) == 3


def test_a_day_of_the_whole_country_names_the_units_without_a_resource(desk, world, units) -> None:
    looked_at = bring(desk, world, ONE_DAY.read_bytes(), keep=False)
    assert (looked_at.new, len(looked_at.checked.rows)) == (3, 3)
    assert looked_at.checked.rows[0] == [
        "玄海原子力発電所 3号機（G-3）",
        "2026-04-01",
        "48コマ 合計 27,876,000 kWh",
    ]
    [warning] = looked_at.checked.warnings
    assert warning.startswith("対象外（電源等のないユニット）：471 件 東京 東京柏崎刈羽 柏崎刈羽6号機、")
    assert (metered(desk, list(units.values())) == NO_VALUE).all()


@pytest.mark.any_database
def test_a_file_without_any_row_of_ours_says_so(desk, world, units) -> None:
    foreign = ["2026-04-01", "沖縄", "具志川火力発電所", "1号機", "火力（石炭）", *["1"] * 48]
    done = bring(desk, world, as_csv([TIDY, foreign]))
    assert done.changes_nothing
    assert done.why_nothing == "登録されている電源等の行はありませんでした（対象外 1 行）"


def test_the_official_layout_is_read_alike(desk, world, units) -> None:
    header = ["発電所コード", "エリア", "発電所名", "ユニット名", "発電方式・燃種", "対象日", "更新日時"]
    header += [*(f"{label}[kWh]" for label in LABELS), "日量[kWh]"]
    rows = [
        ["12345", row[1], row[2], row[3], row[4], row[0].replace("-", "/"), "2026/04/06 12:00", *row[5:], "1"]
        for row in rows_of(ONE_DAY)[1:]
    ]
    bring(desk, world, as_csv([header, *rows]).decode().encode("cp932"))
    from_official = metered(desk, list(units.values()))
    assert bring(desk, world, ONE_DAY.read_bytes()).known == 3
    assert from_official[:, 0].min() >= 0


def test_a_later_publication_corrects_and_says_from_what_to_what(desk, world, units) -> None:
    bring(desk, world, as_csv([TIDY, [*MAIZURU, *["100"] * 48]]))
    changed = bring(desk, world, as_csv([TIDY, [*MAIZURU, "100.5", "", *["100"] * 46]]))
    assert (changed.new, changed.corrected, list(changed.kept.states)) == (0, 1, ["corrected"])
    assert list(changed.kept.changes) == [
        "舞鶴発電所 1号機（M-1） 2026-04-01 コマ1 計量値：100 kWh → 100.5 kWh",
        "舞鶴発電所 1号機（M-1） 2026-04-01 コマ2 計量値：100 kWh → 値なし",
    ]
    assert changed.checked.warnings == ["1 件 舞鶴発電所 1号機（M-1） 1コマは空です。値なしとして登録します"]
    assert metered(desk, [units["M-1"]])[0, 0, :3].tolist() == [100_500, NO_VALUE, 100_000]


def test_energy_taken_in_counts_as_none_delivered_and_is_told(desk, units) -> None:
    content = as_csv([TIDY, [*MAIZURU, "-250", "▲1", *["７"] * 46]])
    with desk.database.read_session() as session:
        checked = UNIT_OUTPUT.read(session, read_table("a.csv", content), TODAY)
    assert checked.entries[0].cells[:3].tolist() == [0, 0, 7_000]
    assert checked.warnings == [
        "1 件 舞鶴発電所 1号機（M-1） 2コマは 0 未満（揚水など）です。0 kWh として登録します"
    ]


def test_everything_wrong_is_found_by_row_and_column(desk, units) -> None:
    rows = [
        [*MAIZURU, "*", "欠測", *["1"] * 46],
        ["2026-04-02", *MAIZURU[1:], "1.2345", "2147484", *["1"] * 46],
        [*MAIZURU, *["1"] * 48],
        ["2026-07-01", *MAIZURU[1:], *["1"] * 48],
        ["2031-04-01", *MAIZURU[1:], *["1"] * 48],
        ["4月1日", *MAIZURU[1:], *["1"] * 48],
        ["4月1日", "関西", "どこにもない発電所", "1号機", "", *["*"] * 48],
    ]
    with desk.database.read_session() as session:
        assert problems_of(session, UNIT_OUTPUT, as_csv([TIDY, *rows])) == [
            ("2行目「00:30」", "「*」は値ではありません。元の表を直して書き出し直してください"),
            ("2行目「01:00」", "「欠測」は数（kWh）ではありません"),
            ("3行目「00:30」", "「1.2345」は小数が3桁を超えています（1 Wh 未満は登録できません）"),
            ("3行目「01:00」", "2,147,483 kWh を超えています。単位（kWh）と桁を確かめてください"),
            (
                "4行目「対象日」",
                "舞鶴発電所 1号機（M-1） 2026-04-01 は 2行目にもあります。どちらかを除いてください",
            ),
            ("5行目「対象日」", "今日（2026-06-30）より先の日です"),
            (
                "6行目「対象日」",
                "2031年度の契約は登録されていません。年を確かめるか、先に契約を取り込んでください",
            ),
            (
                "7行目「対象日」",
                "「4月1日」は年月日ではありません（例 2026-07-31、2026年7月31日、令和8年7月31日）",
            ),
        ]
        without_last = as_csv([TIDY[:-1], [*MAIZURU, *["1"] * 47]])
        [(where, message)] = problems_of(session, UNIT_OUTPUT, without_last)
        assert where == "1行目（見出し）"
        assert message.startswith("列「24:00」がありません")


def test_a_unit_on_which_two_resources_stand_is_left_out_and_named(desk, world, units) -> None:
    with desk.database.write_session() as session:
        twin = session.get(Resource, units["M-2"])
        twin.unit = "1号機"
    with desk.database.read_session() as session:
        table = read_table("a.csv", as_csv([TIDY, [*MAIZURU, *["1"] * 48]]))
        checked = UNIT_OUTPUT.read(session, table, TODAY)
    assert checked.entries == []
    [warning] = checked.warnings
    assert warning.startswith("電源等が2つ以上あるため登録しないユニット：1 件 関西 舞鶴発電所 １号機（")


def test_what_cannot_be_laid_over_keeps_nothing(desk, world, units) -> None:
    with pytest.raises(Refused):
        bring(desk, world, as_csv([TIDY, [*MAIZURU, *["1"] * 48], [*MAIZURU, *["x"] * 48]]))
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(ImportedFile)) == 0
