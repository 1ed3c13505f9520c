"""週次報告書（問合せ対応）: the figures of a week as a document (requirement B4.1)."""

from datetime import timedelta

from cases.classification import TOPICS
from cases.kinds import CHANNELS
from cases.lifecycle import STATE_LABELS
from cases.statistics import HandledCase, WeeklyInquiries
from helpdesk.documents.document import (
    Block,
    Chart,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    Paragraph,
    Series,
    Table,
)
from helpdesk.presentation import japan_time, japanese_date

_TITLE = "週次報告書（問合せ対応）"
_WEEKDAYS = "月火水木金土日"


def document_of(week: WeeklyInquiries, *, sender: str = "") -> Document:
    """総括, 区分別・日別, 案件一覧; the same week as known at the same time gives the same document."""
    sunday = week.monday + timedelta(days=6)
    return Document(
        title=_TITLE,
        subtitle="　".join(
            part for part in (f"{japanese_date(week.monday)} 〜 {japanese_date(sunday)}", sender) if part
        ),
        created=week.as_of or week.ends_at,
        blocks=[
            Heading("総括"),
            Paragraph(_in_words(week)),
            KeyValues(_facts(week)),
            *(Paragraph(note, "note") for note in _notes(week)),
            Heading("受付の内訳"),
            *_charts(week),
            _topics(week),
            _cases(week),
        ],
    )


def hours(minutes: int | None) -> str:
    """`3時間20分` of opening hours; a dash when nothing was answered."""
    return "—" if minutes is None else f"{minutes // 60}時間{minutes % 60:02d}分"


def _in_words(week: WeeklyInquiries) -> str:
    told = f"受付 {week.received} 件、完了 {week.closed} 件。週末の対応中は {week.open_at_end} 件"
    told += f"（うち回答期限超過 {week.overdue_at_end} 件）。" if week.open_at_end else "。"
    if week.response.count:
        told += (
            f"初回の回答は {week.response.count} 件に行い、受付時間内の中央値は"
            f" {hours(week.response.median_minutes)}、最長は {hours(week.response.longest_minutes)}。"
        )
    return told


def _notes(week: WeeklyInquiries) -> list[str]:
    known = japan_time(week.as_of) + " 時点で記録されていたもの" if week.as_of else "履歴に記録されたすべて"
    return [
        f"期間: {japan_time(week.starts_at)} から {japan_time(week.ends_at)} の前まで（日本時間）",
        f"対象: 問合せ案件。{known}から集計",
    ]


def _facts(week: WeeklyInquiries) -> list[Fact]:
    def count(label: str, value: int | None, unit: str = "件") -> Fact:
        return Fact(label, value, "whole", unit)

    return [
        count("前週からの繰越", week.carried_over),
        count("受付", week.received),
        *(count(f"　うち{CHANNELS.get(name, name)}", each) for name, each in week.channels.items()),
        count("再開", week.reopened),
        count("完了", week.closed),
        count("週末の対応中", week.open_at_end),
        count("　うち回答期限超過", week.overdue_at_end),
        count("回答の送付", week.answers, "通"),
        count("　回答した案件", week.answered),
        count("初回回答までの時間・中央値（受付時間内の分）", week.response.median_minutes, "分"),
        count("初回回答までの時間・最長（受付時間内の分）", week.response.longest_minutes, "分"),
    ]


def _days(week: WeeklyInquiries) -> list[str]:
    days = [week.monday + timedelta(days=offset) for offset in range(7)]
    return [f"{day.month}/{day.day}（{_WEEKDAYS[day.weekday()]}）" for day in days]


def _charts(week: WeeklyInquiries) -> list[Block]:
    totals = [sum(column) for column in zip(*week.topic_days.values(), strict=True)]
    topics = {topic: sum(counts) for topic, counts in week.topic_days.items() if sum(counts)}
    most_first = sorted(topics, key=lambda topic: -topics[topic])
    return [
        Chart("日別の受付件数", "bar", _days(week), [Series("受付", totals)], "件"),
        Chart(
            "区分別の受付件数",
            "bar",
            [TOPICS.get(topic, topic) for topic in most_first],
            [Series("受付", [topics[topic] for topic in most_first])],
            "件",
        ),
    ]


def _topics(week: WeeklyInquiries) -> Table:
    columns = [
        Column("区分", width=28),
        *(Column(head, "whole", 10) for head in _days(week)),
        Column("合計", "whole", 10),
    ]
    rows = [[TOPICS.get(topic, topic), *counts, sum(counts)] for topic, counts in week.topic_days.items()]
    totals = [sum(column) for column in zip(*week.topic_days.values(), strict=True)]
    return Table("区分別・日別の受付件数", columns, rows, total=["合計", *totals, sum(totals)])


def _cases(week: WeeklyInquiries) -> Table:
    columns = [
        Column("案件番号", width=16),
        Column("事業者", width=28),
        Column("区分", width=20),
        Column("経路", width=8),
        Column("件名", width=44),
        Column("受付", "moment", 17),
        Column("初回回答", "moment", 17),
        Column("回答まで（分）", "whole", 14),
        Column("回答期限", "moment", 17),
        Column("週末の状態", width=16),
        Column("担当", width=14),
    ]
    return Table("対応した案件", columns, [_case(each) for each in week.cases], wide=True)


def _case(each: HandledCase) -> list:
    return [
        each.number,
        each.business or "未特定",
        TOPICS.get(each.topic, each.topic),
        CHANNELS.get(each.channel, each.channel),
        each.subject,
        each.received_at,
        each.first_answered_at,
        each.response_minutes,
        each.due_at,
        STATE_LABELS.get(each.status, each.status),
        each.handler,
    ]
