"""A rebuilt publication says what was recorded, and contradicts itself nowhere."""

import pytest

from alerts.feeds import reserve_margin
from alerts.rules.wrong_figure import block_contradictions, contradictions
from helpdesk.demo.official_layout import official_csv
from helpdesk.demo.recorded_publications import publications


@pytest.mark.parametrize("recorded", publications(), ids=lambda each: f"{each.published_at:%m-%d %H:%M}")
def test_every_packaged_publication_reads_back_as_it_was_recorded(recorded) -> None:
    read = reserve_margin.read(
        official_csv(recorded.readings, recorded.published_at), expected_days=recorded.days
    )
    assert read.problems == ()
    assert read.content_digest(shared_columns_only=True) == recorded.content_digest(shared_columns_only=True)
    assert [found for each in read.readings if (found := contradictions(each))] == []
    assert block_contradictions(read.readings) == {}


def test_the_bytes_are_written_as_the_official_server_writes_them() -> None:
    recorded = publications()[4]
    raw = official_csv(recorded.readings, recorded.published_at)
    lines = raw.split(b"\r\n")
    assert lines[0] == b'\xef\xbb\xbf"2026/07/22 00:28 UPDATE"'
    assert lines[1].decode().startswith('"対象年月日","時刻","ブロックNo","エリア名"')
    assert lines[2].decode().startswith('"2026/07/22","00:30","1","北海道",')
    assert lines[-2].decode().startswith('"2026/07/22","24:00",')
    assert lines[-1] == b""
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_value_that_is_missing_is_written_as_stars() -> None:
    [row] = [each for each in publications()[4].readings if (each.slot, each.area) == (34, "東京")]
    lost = row._replace(margin=None, usage=None)
    raw = official_csv([lost], publications()[4].published_at).decode("utf-8-sig")
    assert raw.splitlines()[2].count('"***"') == 5
    assert reserve_margin.read(raw.encode()).readings[0].margin is None
