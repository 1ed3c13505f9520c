"""Stored figures and steps become cells and blocks without losing a digit."""

import pytest

from calc_core import catalogue
from helpdesk.documents.document import Fact
from helpdesk.documents.figures import (
    SAID_ABOVE,
    derivation_blocks,
    fact_of,
    joined_block,
    kind_of,
    resource_of,
    said_once,
    split_labels,
    value_of,
)
from helpdesk.register.runs import compute
from helpdesk.register.statement_inputs import gather
from tests.world import YEAR, World


@pytest.mark.parametrize(
    ("exact", "unit", "value"),
    [
        ("104976000", "yen", 104_976_000),
        ("-8553600", "yen", -8_553_600),
        ("2/3", "slots", "約0.6667（2/3）"),
        ("pay", "", "交付"),
        (None, "yen", None),
    ],
)
def test_an_exact_text_is_a_whole_number_or_reads_in_japanese(
    exact: str, unit: str, value: int | str | None
) -> None:
    assert value_of(exact, unit) == value


def test_a_figure_is_a_line_with_its_unit() -> None:
    assert fact_of(["total_yen", "交付額", "yen", "-5"]) == Fact("交付額", -5, "yen", "")
    assert fact_of(["shortfall_slots", "未達成コマ", "slots", "7440"]) == Fact(
        "未達成コマ", 7440, "figure", "コマ"
    )
    assert kind_of("kw") == "figure"


def test_the_name_of_a_resource_is_what_its_labels_have_in_common() -> None:
    figures = [
        ["resource.R-2.a", "北浜発電所 2号機 未達成コマ（当月）", "slots", "1"],
        ["resource.R-2.b", "北浜発電所 2号機 未達成コマ（累計）", "slots", "1"],
        ["resource.R-2.c", "北浜発電所 2号機 経済的ペナルティ額", "yen", "1"],
    ]
    assert split_labels(figures) == (
        "北浜発電所 2号機",
        ["未達成コマ（当月）", "未達成コマ（累計）", "経済的ペナルティ額"],
    )
    assert split_labels([["k", "交付額", "yen", "1"]]) == ("", ["交付額"])
    assert resource_of("resource.R-2.penalty_yen") == "R-2"
    assert resource_of("total_yen") is None


def test_a_statement_is_told_step_by_step_the_total_first(world: World) -> None:
    with world.desk.database.read_session() as session:
        inputs = gather(
            session,
            world.desk.settings.slots_folder,
            business_id=world.businesses["P001"],
            fiscal_year=YEAR,
            delivery_month=5,
        )
        blocks = derivation_blocks(compute(inputs).to_json())
    assert blocks[0].title == "事業者ごとの月次の交付・請求"
    penalty = next(
        each for each in blocks if each.title == "北浜発電所 2号機：容量停止計画の経済的ペナルティ"
    )
    assert penalty.steps[0].value == "96コマ"
    assert "4月からの未達成コマの累計 − 年間で認められる停止コマ数" in penalty.steps[0].words
    assert "8,736 − 8,640" in penalty.steps[0].numbers
    assert penalty.steps[0].source.startswith("検討資料 p.14")
    remarks = [step.remark for block in blocks for step in block.steps if step.remark]
    assert remarks
    assert all(each.startswith("公表資料に定めのない取扱い: ") for each in remarks)


def test_results_that_follow_from_each_other_are_one_derivation() -> None:
    asked = {"contract_amount_yen": 120, "delivery_month": 4, "paid_before_yen": 5}
    paid = catalogue.evaluate("settlement/monthly_payment", 2026, asked).to_json()
    block = joined_block("発電所", [paid, paid])
    assert (block.title, len(block.steps), len(block.warnings)) == ("発電所", 2, 1)


def test_what_holds_for_every_area_is_said_with_the_first() -> None:
    blocks = []
    for area, amount in (("東京", 120), ("関西", 240)):
        asked = {"contract_amount_yen": amount, "delivery_month": 4, "paid_before_yen": 0}
        result = catalogue.evaluate("settlement/monthly_payment", 2026, asked)
        blocks.append(joined_block(area, [result.to_json()]))
    first, second = said_once(blocks)
    assert first == blocks[0]
    assert [step.source for step in second.steps] == [SAID_ABOVE]
    assert [step.value for step in second.steps] == ["20円"]
