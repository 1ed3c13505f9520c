import re
from datetime import date, timedelta

import pytest

from calc_core.contract_period import ContractPeriod
from cases.history import SYSTEM, Actor
from helpdesk.register.kept_inputs import periods_json
from helpdesk.register.models import FleetRun, ImportedFile, MonthResult
from helpdesk.register.month_results import newest, versions
from helpdesk.register.result_comparison import changed_inputs, compare, run_causes
from helpdesk.register.result_corrections import correct
from helpdesk.register.slot_store import choose_sources, correct_day
from tests.helpdesk.assessed import PLAIN, YEAR, month, record

pytestmark = pytest.mark.any_database

ONE = Actor(11, "佐藤 美咲")


def of_run(number: int = 1, **changed) -> FleetRun:
    given = {"id": number, "inputs": {}, "code_version": "1", "created_at": None}
    return FleetRun(**(given | changed))


def result(inputs: dict, run: FleetRun, **figures: str) -> MonthResult:
    """A version without a database."""
    return MonthResult(
        resource_id=1,
        delivery_month=5,
        version=1,
        figures=PLAIN | figures,
        inputs=inputs,
        fleet_run_id=run.id,
        fleet_run=run,
        reason="",
    )


def test_configured_numbers_and_code_are_told_by_name() -> None:
    old = of_run(
        inputs={"configuration": {"penalty/market_offer": {"tight_hours": {"2026": "30"}}}},
        code_version="1.0",
    )
    new = of_run(
        2,
        inputs={
            "configuration": {
                "penalty/market_offer": {"tight_hours": {"2026": "40"}},
                "multiplier_conditions": [{"label": "前日以降", "multiplier": 5}],
            }
        },
        code_version="1.1",
    )
    assert [(cause.kind, cause.text) for cause in run_causes(old, new)] == [
        ("parameters", "倍率の条件・1・label: 設定なし → 前日以降"),
        ("parameters", "倍率の条件・1・multiplier: 設定なし → 5"),
        ("parameters", "発電余力の市場応札の経済的ペナルティ・tight_hours・2026: 30 → 40"),
        ("code", "計算コードの版: 1.0 → 1.1"),
    ]
    assert run_causes(new, new) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([ContractPeriod(100, 90, 5)], [ContractPeriod(120, 90, 5)], ["契約容量（kW）: 100 → 120"]),
        (
            [ContractPeriod(100, 90, 5)],
            [ContractPeriod(100, 90, 5, last=(date(2026, 5, 3), 12))],
            ["終わり: なし → 2026-05-03 コマ12"],
        ),
        (
            [ContractPeriod(100, 90, 5)],
            [
                ContractPeriod(100, 90, 5, last=(date(2026, 5, 3), 12)),
                ContractPeriod(60, 50, 5, first=(date(2026, 5, 3), 13), inefficient_coal=True),
            ],
            ["契約の期間: 年度を通じた契約 → 〜2026-05-03 コマ12、2026-05-03 コマ13〜"],
        ),
        ([ContractPeriod(100, 90, 5)], [ContractPeriod(100, 90, 5)], []),
    ],
)
def test_a_contract_is_told_by_its_old_and_new_values(old, new, told) -> None:
    run = of_run()
    before, after = (result({"contract": periods_json(periods)}, run) for periods in (old, new))
    assert [cause.text for cause in compare(None, before, after).causes] == told


def test_events_and_coal_are_told_month_by_month() -> None:
    run = of_run()
    before = result({"events": {"dispatch_order": [[6, "a"], [0, ""]]}}, run)
    after = result(
        {
            "events": {"dispatch_order": [[6, "b"], [6, "c"]], "market_offer": [[2, "d"], [0, ""]]},
            "coal": {"metered_kwh": "5", "low_reserve_kwh": "1"},
        },
        run,
        penalty_total_yen="7",
    )
    told = compare(None, before, after)
    assert [cause.text for cause in told.causes] == [
        "4月分の市場応札の対象コマ: 0 コマ → 2 コマ",
        "4月分の発動指令: 6 コマの内容",
        "5月分の発動指令: 0 コマ → 6 コマ",
        "稼働抑制の計量値: なし → 5 kWh（うち低予備率 1 kWh）",
    ]
    assert [(line.key, line.first, line.second, line.difference) for line in told.differing] == [
        ("penalty_total_yen", "0", "7", "7")
    ]


def test_digests_tell_which_kinds_of_inputs_changed() -> None:
    old = {"digests": {"slots": ["a"], "contract": ["b"], "events": ["c"]}}
    new = {"digests": {"slots": ["a"], "contract": ["x"], "events": ["y"]}}
    assert changed_inputs(old, new) == ["contract", "events"]
    assert changed_inputs(old, old) == []


def test_a_corrected_version_says_who_and_why(world, now) -> None:
    with world.database.write_session() as session:
        record(session, [month(world.resource_ids[0], world.business_id)], now=now)
        computed = newest(session, YEAR)[0]
        made = correct(session, computed, {"payment_yen": "1"}, reason="合意", by=ONE, now=now)
        told = compare(session, computed, made)
    assert re.fullmatch("この版は佐藤 美咲が修正しました（.* [0-9]{2}:[0-9]{2}）: 合意", told.causes[0].text)
    assert (told.causes[0].kind, told.files) == ("person", [])


def test_corrected_slots_are_told_with_their_reason_and_files_in_between(world, now) -> None:
    resource_id = world.resource_ids[1]
    later = now + timedelta(days=1)

    def sources(session) -> list:
        found = choose_sources(
            session, resource_ids=world.resource_ids, fiscal_year=YEAR, delivery_months=[4, 5]
        )
        return [source.to_json() for source in found]

    with world.database.write_session() as session:
        first = month(resource_id, world.business_id, 5, inputs={"digests": {"slots": ["a", "b"]}})
        record(session, [first], now=now, inputs={"slot_sources": sources(session)})
        correct_day(
            session,
            resource_id=resource_id,
            kind="multiplier",
            on=date(2026, 4, 1),
            values=[1] * 48,
            reason="調整済みの差替",
            by=ONE,
            now=later,
        )
        session.add(
            ImportedFile(
                kind="outage_plans",
                file_name="計画.csv",
                sha256="0" * 64,
                size_bytes=1,
                encoding="utf-8",
                rows=1,
                new=1,
                corrected=0,
                known=0,
                imported_at=later,
                imported_by_name="山本 大輔",
            )
        )
        second = month(
            resource_id, world.business_id, 5, inputs={"digests": {"slots": ["x", "b"]}}, shortfall_slots="1"
        )
        record(session, [second], now=later, inputs={"slot_sources": sources(session)}, by=SYSTEM)
        new, old = versions(session, resource_id, YEAR, 5)
        told = compare(session, old, new)
    assert [(cause.kind, cause.text) for cause in told.causes] == [
        ("slots", "2026-04-01 の倍率: 訂正（調整済みの差替、佐藤 美咲）")
    ]
    assert [file.file_name for file in told.files] == ["計画.csv"]
