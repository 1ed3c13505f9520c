"""What is registered is computed at the keyboard, as the page's worker would do it."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands import fleet_recompute, main, own_worker
from helpdesk.register.month_results import newest
from helpdesk.workflows.assess_fleet import request_assessment
from tests.world import YEAR, World

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def _opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find the test's own desk."""

    @contextmanager
    def opened():
        yield world.desk

    monkeypatch.setattr(fleet_recompute, "opened", opened)


def recompute(*arguments: str) -> Result:
    given = ["fleet", "recompute", "--year", str(YEAR), "--until", "5", *arguments]
    return CliRunner().invoke(main, given, catch_exceptions=False)


def test_the_fleet_is_computed_and_then_only_what_changed_is_new(world: World) -> None:
    first = recompute()
    assert first.exit_code == 0, first.stderr
    assert "電源等 2 件を算定しました" in first.stdout
    assert "新しい版 4 件、変わらないもの 0 件" in first.stdout
    again = json.loads(recompute("--business", "P001", "--json").stdout)
    assert (again["state"], again["new_versions"], again["unchanged"]) == ("done", 0, 4)
    one = json.loads(recompute("--resource", "R-2", "--json").stdout)
    assert (one["resources"], one["unchanged"]) == (1, 2)
    with world.desk.database.read_session() as session:
        assert {row.created_by_name for row in newest(session, YEAR)} == {"コマンド操作"}


def test_all_that_is_wrong_is_told_with_status_2(world: World) -> None:
    unknown = recompute("--business", "P999", "--resource", "R-9")
    assert (unknown.exit_code, unknown.stderr.count("登録されていません")) == (2, 2)
    assert "どちらか一方" in unknown.stderr
    missing = recompute("--until", "6")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "コマ別データがありません: 2026-06" in missing.stderr
    assert recompute("--until", "13").exit_code == 2


def test_until_is_the_last_month_that_is_over(world: World) -> None:
    world.clock.at = datetime(2026, 5, 31, 14, 30, tzinfo=UTC)  # half past 23 of 31 May in Japan
    assert fleet_recompute.last_month_over(world.desk, YEAR) == 4
    world.clock.pass_by(minutes=30)
    assert [fleet_recompute.last_month_over(world.desk, year) for year in (2025, 2026, 2027)] == [3, 5, 4]
    whole = CliRunner().invoke(main, ["fleet", "recompute", "--year", str(YEAR)], catch_exceptions=False)
    assert "新しい版 4 件" in whole.stdout


def test_what_another_process_computes_is_left_to_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.desk.database.open_session(writes=True) as session:
        asked = request_assessment(
            session, world.desk, fiscal_year=YEAR, last_month=5, scope={}, by=world.people["leader"]
        )
    monkeypatch.setattr(own_worker, "run_next", lambda *given, **options: False)
    told = recompute()
    assert f"別のプロセスが算定しています（処理 {asked.id}）" in told.stdout
