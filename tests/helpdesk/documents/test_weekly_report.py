"""The weekly report tells the same figures in words, as a list, in a table and as a picture."""

from datetime import UTC, date, datetime, timedelta

from cases.statistics import HandledCase, ResponseTimes, WeeklyInquiries
from helpdesk.documents.document import Chart, Document, KeyValues, Paragraph, Table
from helpdesk.documents.weekly_report import document_of, hours

MONDAY = date(2026, 6, 22)
STARTS = datetime(2026, 6, 21, 15, tzinfo=UTC)
CASE = HandledCase(
    1,
    "2026-000123-4",
    "",
    "penalty",
    "mail",
    "件名",
    STARTS,
    None,
    None,
    STARTS,
    "closed",
    "佐藤 美咲",
)


def week(**changed: object) -> WeeklyInquiries:
    values = {
        "monday": MONDAY,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(days=7),
        "as_of": None,
        "carried_over": 12,
        "received": 7,
        "reopened": 1,
        "closed": 20,
        "open_at_end": 0,
        "overdue_at_end": 0,
        "answers": 25,
        "answered": 24,
        "topic_days": {"penalty": (1, 2, 0, 0, 0, 0, 0), "other": (0, 0, 0, 0, 4, 0, 0), "system": (0,) * 7},
        "channels": {"mail": 5, "phone": 2},
        "response": ResponseTimes(24, 200, 1300),
        "cases": (CASE,),
    }
    return WeeklyInquiries(**(values | changed))


def of_kind(document: Document, kind: type) -> list:
    return document.of_kind(kind)


def test_the_week_is_told_in_words_and_as_figures() -> None:
    document = document_of(week(), sender="容量市場 問合せ窓口")
    assert document.subtitle == "2026年6月22日（月） 〜 2026年6月28日（日）　容量市場 問合せ窓口"
    assert document.created == week().ends_at
    words = of_kind(document, Paragraph)[0].text
    assert words.startswith("受付 7 件、完了 20 件。週末の対応中は 0 件。初回の回答は 24 件に行い")
    assert "中央値は 3時間20分、最長は 21時間40分" in words
    (facts,) = of_kind(document, KeyValues)
    told = {fact.label: (fact.value, fact.unit) for fact in facts.rows}
    assert told["前週からの繰越"] == (12, "件")
    assert told["　うち電話"] == (2, "件")
    assert told["回答の送付"] == (25, "通")


def test_days_and_topics_add_up_in_table_and_charts() -> None:
    document = document_of(week())
    topics, cases = of_kind(document, Table)
    assert list(topics.total) == ["合計", 1, 2, 0, 0, 4, 0, 0, 7]
    by_day, by_topic = of_kind(document, Chart)
    assert list(by_day.series[0].values) == [1, 2, 0, 0, 4, 0, 0]
    assert by_day.categories[0] == "6/22（月）"
    assert list(by_topic.series[0].values) == [4, 3], "the most first, nothing that did not come"
    assert cases.wide
    assert cases.rows[0][:2] == ["2026-000123-4", "未特定"]
    assert cases.rows[0][-2:] == ["完了", "佐藤 美咲"]


def test_a_report_as_of_a_moment_says_so() -> None:
    as_of = STARTS + timedelta(days=3)
    document = document_of(week(as_of=as_of))
    assert document.created == as_of
    assert any("時点で記録されていたもの" in each.text for each in of_kind(document, Paragraph))


def test_nothing_answered_is_a_dash() -> None:
    assert hours(None) == "—"
    quiet = document_of(week(response=ResponseTimes(0, None, None), cases=()))
    assert "初回の回答" not in of_kind(quiet, Paragraph)[0].text
