"""`helpdesk alerts low-reserve`: what the stored publications decided, in words and as JSON."""

import json

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands.alerts import command
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from tests.alerts.published import determination
from tests.alerts.recording_of import record_all

pytestmark = pytest.mark.any_database


@pytest.fixture
def published(migrated) -> None:
    desk = open_desk(load_settings())
    record_all(desk.database, [determination("2026-07-22 08:59", {(34, "東京"): 794})])
    desk.knowledge.close()
    desk.database.engine.dispose()


def low_reserve(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["low-reserve", *arguments])


def test_what_is_new_is_told_once(published) -> None:
    first = low_reserve("--from", "2026-07-21", "--to", "2026-07-22", "--json")
    assert json.loads(first.stdout) == {
        "from": "2026-07-21",
        "to": "2026-07-22",
        "in_force": 1,
        "new": [
            {
                "area": "東京",
                "date": "2026-07-22",
                "slot": 34,
                "margin_hundredths": 794,
                "published_at": "2026-07-22 08:59",
            }
        ],
    }
    again = low_reserve("--from", "2026-07-22")
    assert again.stdout == "2026-07-22: 新たに 0 コマを記録しました。対象コマは 1 コマです\n"


def test_an_impossible_period_is_refused(migrated) -> None:
    refused = low_reserve("--from", "2026-07-22", "--to", "2026-07-01")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "期間: 終わり" in refused.stderr
