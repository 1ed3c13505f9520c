"""監視の表: counts, incidents and every notice with its reason; a day without any says so in a sentence."""

from datetime import UTC, datetime

from alerts.statistics import IncidentDay, ToldNotice, WatchDay
from helpdesk.documents.document import Paragraph, Table
from helpdesk.documents.watch_tables import watch_blocks

AT = datetime(2026, 7, 22, 7, 29, tzinfo=UTC)
QUIET = WatchDay({"judged": 48}, {}, 0, 0, (), ())
TOLD = ToldNotice(AT, "first_low", ("東京", "中部"), "send", "routing", "8%を下回ったため、当番席へ知らせる")
INCIDENT = IncidentDay("RM-20260722-1", ("東京", "中部"), -31, AT, None, "", None)
TIGHT = WatchDay({"judged": 3, "unreadable": 1}, {("first_low", "send"): 2}, 1_300, 65, (TOLD,), (INCIDENT,))


def tables(watch: WatchDay) -> dict[str, Table]:
    return {block.title: block for block in watch_blocks(watch) if isinstance(block, Table)}


def words(watch: WatchDay) -> str:
    return "".join(block.text for block in watch_blocks(watch) if isinstance(block, Paragraph))


def test_what_was_published_and_what_changed_is_said_in_words() -> None:
    assert words(TIGHT).startswith(
        "受信した公表: 判定済み 3 件、読み取り不能 1 件。8%未満になったコマ 1,300、"
    )


def test_notices_and_incidents_stand_in_tables() -> None:
    found = tables(TIGHT)
    assert list(found) == ["知らせの件数", "事案", "知らせの経過"]
    assert found["知らせの件数"].rows == [("8%未満", "知らせた", 2)]
    assert found["事案"].rows == [("RM-20260722-1", "東京・中部", "−0.31 %", AT, None, "", None)]
    assert found["知らせの経過"].rows[0][2:] == ("東京・中部", "知らせた", "宛先", TOLD.reason)


def test_a_quiet_day_has_no_empty_tables() -> None:
    assert tables(QUIET) == {}
    assert words(QUIET).endswith("知らせはありません。未終了の事案はありません。")
    assert words(WatchDay({}, {}, 0, 0, (), ())).startswith("受信した公表: なし。")


def test_every_row_fits_its_columns() -> None:
    for table in tables(TIGHT).values():
        assert all(len(row) == len(table.columns) for row in table.rows), table.title
