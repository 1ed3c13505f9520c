"""A month is settled at the keyboard, as the page's worker would do it, and shown."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands import main, own_worker, settle
from helpdesk.settlement.lists import newest_statements
from tests.helpdesk.settling import YEAR, Market, bill, build_market

pytestmark = pytest.mark.any_database

APRIL = {("R-1", 4): (1_000, 100), ("R-2", 4): (2_000, 0), ("R-3", 4): (50, 5_005)}


@pytest.fixture
def market(desk, clock, monkeypatch: pytest.MonkeyPatch) -> Market:
    """The commands find the test's own desk."""

    @contextmanager
    def opened():
        yield desk

    monkeypatch.setattr(settle, "opened", opened)
    with desk.database.write_session() as session:
        made = build_market(session, now=clock())
        made.fix(session, APRIL)
    return made


def settled(*arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["settle", *arguments, "--year", str(YEAR), "--month", "4"], catch_exceptions=False
    )


def test_a_month_is_computed_and_shown(desk, market: Market) -> None:
    first = settled("run")
    assert first.exit_code == 0, first.stderr
    assert first.stdout.splitlines() == [
        "事業者 2 件の精算を計算しました（計算 1）",
        "新しい版 2 件、変わらないもの 0 件",
    ]
    assert settled("show").stdout.splitlines() == [
        "P001 P001発電　交付 3,190円（第1版、仮算定）",
        "P002 P002発電　請求 -5,450円（第1版、仮算定）",
        "2 件、合計 -2,260円（負は請求）",
    ]
    [one] = json.loads(settled("show", "--business", "P001", "--json").stdout)
    assert (one["business"], one["total_yen"], one["direction"]) == ("P001", 3_190, "pay")
    again = json.loads(settled("run", "--json").stdout)
    assert (again["state"], again["unchanged"], again["refused"]) == ("done", 2, [])


def test_what_is_settled_later_and_what_is_missing_is_said(desk, market: Market) -> None:
    settled("run")
    with desk.database.write_session() as session:
        for each in newest_statements(session, "capacity", YEAR, 4):
            bill(session, each)
        market.fix(session, {("R-3", 4): (51, 5_005)})
        market.fix(session, {("R-1", 4): (9, 0)}, fixed=False)
    told = settled("run")
    assert "請求・支払後の差額 1 件を 2026年度5月分 で精算します" in told.stdout
    assert "注意: 電源等 R-1: 確定していない新しい版があります" in told.stderr


def test_all_that_is_wrong_is_told_with_status_2(market: Market) -> None:
    nothing = settled("show")
    assert (nothing.exit_code, nothing.stderr) == (2, "2026年度4月分の精算は計算されていません\n")
    unknown = settled("run", "--business", "P999")
    assert (unknown.exit_code, "「P999」は登録されていません" in unknown.stderr) == (2, True)
    family = settled("run", "--family", "gift")
    assert (family.exit_code, "精算の種類: 「gift」はありません" in family.stderr) == (2, True)
    result = CliRunner().invoke(main, ["settle", "run", "--year", "2030", "--month", "4"])
    assert (result.exit_code, "精算: 2030年度4月分には" in result.stderr) == (2, True)


def test_what_another_process_computes_is_left_to_it(market: Market, monkeypatch) -> None:
    monkeypatch.setattr(own_worker, "run_next", lambda *given, **options: False)
    assert "別のプロセスが計算しています（処理 1）" in settled("run").stdout
