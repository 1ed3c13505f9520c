"""`helpdesk alerts watch --once`: one real round; 0 done, 2 refused, 1 when the feed gave nothing to judge."""

import json
from functools import partial

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands.alerts import command
from helpdesk.demo.feed_server import FeedServer, Reply, page
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from tests.alerts.published import japan
from tests.helpdesk.watching import publication

LOW = {(48, "東京"): 794}


@pytest.fixture
def server(migrated, monkeypatch):
    """A feed with a publication of two minutes ago."""
    at_night = partial(open_desk, clock=lambda: japan("2026-07-22 03:31"))
    monkeypatch.setattr("helpdesk.commands.instance.open_desk", at_night)
    raw = publication("2026-07-22 03:29", LOW)
    with FeedServer(lambda wanted: Reply(raw)) as running:
        monkeypatch.setenv("HELPDESK_FEED_BASE_URL", running.base_url)
        monkeypatch.setenv("HELPDESK_DUTY_ADDRESSES", "night@duty.example")
        yield running


def once(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["watch", *arguments])


def test_a_round_says_what_it_found_as_json(server) -> None:
    result = once("--once", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["outcome"], found["source"]) == ("new", "reserve_margin_block")
    [judged] = found["publications"]
    assert judged["transitions"] == 1
    assert {"event": "first_low", "areas": ["東京"]}.items() <= judged["notices"][0].items()
    assert json.loads(once("--once", "--json").stdout)["outcome"] == "unchanged"


def test_a_round_says_what_it_found_in_words(server) -> None:
    result = once("--once")
    assert result.exit_code == 0
    assert "新しい公表を判定しました" in result.stdout
    assert "知らせた: 8%未満 東京" in result.stdout
    assert "新しい公表はありません" in once("--once").stdout


@pytest.mark.parametrize("reply", [Reply(b"", 503), page("保守中")], ids=["503", "page"])
def test_a_feed_that_gives_nothing_is_a_failure(server, reply: Reply) -> None:
    server.publisher = lambda wanted: reply
    result = once("--once")
    assert result.exit_code == 1
    assert "ません（" in result.stdout


def test_without_once_it_says_who_watches_all_the_time(migrated) -> None:
    result = once()
    assert result.exit_code == 2
    assert "helpdesk jobs run" in result.stderr


def test_an_instance_that_was_never_set_up_is_a_failure_with_a_way_out(instance) -> None:
    result = once("--once")
    assert result.exit_code == 1
    assert "helpdesk db upgrade" in result.output


def test_a_demonstration_asks_nobody_outside(migrated) -> None:
    (migrated / "demo").touch()
    desk = open_desk(load_settings())
    assert desk.settings.demo
    desk.database.engine.dispose()
    result = once("--once", "--json")
    assert (result.exit_code, json.loads(result.stdout)["outcome"]) == (0, "idle")
