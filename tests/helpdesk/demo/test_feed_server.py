"""The demonstration's feed server serves what the recording had published by the simulated time, and pages for the rest."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from alerts.feeds import reserve_margin
from helpdesk.demo.feed_server import DOWNLOAD, FeedServer, Wanted, publish_recorded, replayed
from helpdesk.fetch import FetchFailed, PageInstead, get
from helpdesk.watch_clock import Replay, write_replay
from tests.alerts.published import japan

REAL = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
DAY = date(2026, 7, 22)


@pytest.fixture
def server(desk, clock):
    settings = replace(desk.settings, demo=True)
    anchor = japan("2026-07-22 00:28")
    write_replay(settings.instance, Replay(1, DAY, 600, REAL, anchor, False, "加藤 翼"))
    clock.at = REAL
    with FeedServer(replayed(settings, clock)) as running:
        yield running


def asked(server: FeedServer, first: str = "2026/07/22", last: str = "2026/07/22", kind: str = "02") -> bytes:
    query = {"jhSybt": kind, "tgtYmdFrom": first, "tgtYmdTo": last}
    return get(f"{server.base_url}/download/downloadCsv", query, clock=lambda: REAL).body


def test_it_serves_what_had_been_published_by_the_simulated_time(server, clock) -> None:
    assert reserve_margin.read(asked(server)).published_at == japan("2026-07-22 00:28")
    clock.pass_by(seconds=31)  # 5 hours and 10 minutes at 600 times
    assert reserve_margin.read(asked(server)).published_at == japan("2026-07-22 05:30")
    assert asked(server) == asked(server)


def test_two_days_come_in_one_file_under_the_newer_stamp() -> None:
    reply = publish_recorded(Wanted("02", date(2026, 7, 21), DAY), japan("2026-07-22 00:30"))
    read = reserve_margin.read(reply.body)
    assert read.published_at == japan("2026-07-22 00:28")
    assert read.days == (date(2026, 7, 21), DAY)
    assert len(read.readings) == 960


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        ("2026/07/23", "2026/07/23", "02"),
        ("2026/07/22", "2026/07/22", "01"),
        ("2026/07/22", "2026/07/21", "02"),
        ("2026/07/01", "2026/08/01", "02"),
        ("yesterday", "2026/07/22", "02"),
        ("", "", "02"),
    ],
)
def test_what_it_cannot_serve_is_a_page_as_in_real_life(server, first: str, last: str, kind: str) -> None:
    with pytest.raises(PageInstead):
        asked(server, first, last, kind)


def test_any_other_address_is_not_there(server) -> None:
    with pytest.raises(FetchFailed, match="404"):
        get(server.base_url, clock=lambda: REAL)
    assert DOWNLOAD not in server.asked[-1]
