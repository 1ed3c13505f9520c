"""The page of a run: a statement with a substitution, events and caps reads in Japanese, warnings and all."""

from datetime import date

import numpy as np
import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import days_in_month, months_until
from calc_core.slot_event import SlotEvent
from calc_core.statement import ResourceInput, compute_statement
from helpdesk.register.models import CalculationRun
from helpdesk.register.runs import digest_of

CUT = date(2026, 6, 13)


@pytest.fixture
def run_id(world, now) -> int:
    """A run of June; the penalty of May stood uncapped, June has none."""
    shapes = {month: (days_in_month(2026, month), 48) for month in months_until(6)}
    resource = ResourceInput(
        "R-1",
        "北浜発電所1号機",
        *(1_000, 900, 5_832, 0, False),
        {month: np.full(shape, 0 if month < 6 else 900) for month, shape in shapes.items()},
        {month: np.full(shape, 4) for month, shape in shapes.items()},
        periods=(
            ContractPeriod(1_000, 900, 5_832, last=(CUT, 20)),
            ContractPeriod(1_000, 800, 5_832, first=(CUT, 21)),
        ),
        events=(
            SlotEvent(
                date(2026, 6, 1),
                35,
                "dispatch_order",
                {"baseline_kwh": 450, "metered_kwh": 0, "kind": "demand_response"},
            ),
        ),
    )
    caps = {"penalty/caps": {"monthly_ratio": {"2026": "0.183"}}}
    statement = compute_statement(fiscal_year=2026, delivery_month=6, resources=[resource], parameters=caps)
    result = statement.to_json()
    with world.desk.database.write_session() as session:
        run = CalculationRun(
            business_id=world.businesses["P001"],
            fiscal_year=2026,
            delivery_month=6,
            kind="recompute",
            inputs={},
            inputs_digest=digest_of({}),
            parameters=caps,
            code_version="a version",
            result=result,
            figures=result["figures"],
            digest=digest_of(result),
            changes=[],
            created_at=now,
            created_by_id=7,
            created_by_name="佐藤 美咲",
        )
        session.add(run)
        session.flush()
        return run.id


@pytest.mark.any_database
def test_periods_events_and_caps_are_told_in_japanese(enter, run_id: int) -> None:
    page = enter("operator").get(f"/calculations/{run_id}").text
    for words in (
        "6月1日コマ1〜6月13日コマ20の596コマのうち0コマで供給力が不足",
        "6月13日コマ21〜6月30日コマ48の844コマのうち0コマで供給力が不足",
        "未達成量（発動指令、当月）",
        "6月分の未達成量（対象の1コマのすべてで達成）",
        "当月の経済的ペナルティ額（未達成量がない）",
        "月の末コマに有効な契約の契約容量（2026年6月13日コマ21からの契約）",
    ):
        assert words in page
    assert "dispatch_order" not in page
    assert "shortfall_kwh" not in page


@pytest.mark.any_database
def test_a_warning_of_an_earlier_month_is_told_above_the_derivation(enter, run_id: int) -> None:
    page = enter("operator").get(f"/calculations/{run_id}").text
    above, _, below = page.partition("事業者ごとの月次の交付・請求")
    assert "R-1 北浜発電所1号機: 年間の上限は未設定のため適用していません" in above
    assert "年間の上限は未設定" not in below
