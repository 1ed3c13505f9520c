"""週次報告書（問合せ対応）: the figures of a week as tables, for Excel and CSV (requirement B4.1)."""

from datetime import timedelta

from cases.classification import TOPICS
from cases.lifecycle import STATE_LABELS
from cases.statistics import HandledCase, WeeklyInquiries
from helpdesk.documents.sheets import Column, Sheet
from helpdesk.presentation import japan_time

_CHANNELS = {"mail": "メール", "phone": "電話", "form": "フォーム"}
_WEEKDAYS = "月火水木金土日"


def title_of(week: WeeklyInquiries) -> str:
    """`週次報告書（問合せ対応） 2026-06-22〜2026-06-28`."""
    return f"週次報告書（問合せ対応） {week.monday}〜{week.monday + timedelta(days=6)}"


def sheets_of(week: WeeklyInquiries) -> list[Sheet]:
    """総括, 区分別・日別, 案件一覧."""
    return [_summary(week), _topics(week), _cases(week)]


def hours(minutes: int | None) -> str:
    """`3時間20分` of opening hours; a dash when nothing was answered."""
    return "—" if minutes is None else f"{minutes // 60}時間{minutes % 60:02d}分"


def _notes(week: WeeklyInquiries) -> list[str]:
    known = japan_time(week.as_of) + " 時点で記録されていたもの" if week.as_of else "履歴に記録されたすべて"
    return [
        f"期間: {japan_time(week.starts_at)} から {japan_time(week.ends_at)} の前まで（日本時間）",
        f"対象: 問合せ案件。{known}から集計",
    ]


def _summary(week: WeeklyInquiries) -> Sheet:
    rows = [
        ("前週からの繰越", week.carried_over, "件"),
        ("受付", week.received, "件"),
        *((f"　うち{_CHANNELS.get(name, name)}", count, "件") for name, count in week.channels.items()),
        ("再開", week.reopened, "件"),
        ("完了", week.closed, "件"),
        ("週末の対応中", week.open_at_end, "件"),
        ("　うち回答期限超過", week.overdue_at_end, "件"),
        ("回答の送付", week.answers, "通"),
        ("　回答した案件", week.answered, "件"),
        ("初回回答までの時間・中央値（受付時間内の分）", week.response.median_minutes, "分"),
        ("初回回答までの時間・最長（受付時間内の分）", week.response.longest_minutes, "分"),
    ]
    columns = [Column("項目", width=44), Column("数", "whole", 10), Column("単位", width=8)]
    return Sheet(f"総括 {title_of(week)}", columns, rows, _notes(week))


def _topics(week: WeeklyInquiries) -> Sheet:
    days = [week.monday + timedelta(days=offset) for offset in range(7)]
    heads = [f"{day.month}/{day.day}（{_WEEKDAYS[day.weekday()]}）" for day in days]
    columns = [
        Column("区分", width=28),
        *(Column(head, "whole", 10) for head in heads),
        Column("合計", "whole", 10),
    ]
    rows = [[TOPICS.get(topic, topic), *counts, sum(counts)] for topic, counts in week.topic_days.items()]
    totals = [sum(column) for column in zip(*week.topic_days.values(), strict=True)]
    return Sheet("区分別・日別の受付件数", columns, [*rows, ["合計", *totals, sum(totals)]], _notes(week))


def _cases(week: WeeklyInquiries) -> Sheet:
    columns = [
        Column("案件番号", width=16),
        Column("事業者", width=28),
        Column("区分", width=20),
        Column("経路", width=8),
        Column("件名", width=44),
        Column("受付", "moment", 17),
        Column("初回回答", "moment", 17),
        Column("回答までの時間（分）", "whole", 14),
        Column("回答期限", "moment", 17),
        Column("週末の状態", width=16),
        Column("担当", width=14),
    ]
    return Sheet("対応した案件", columns, [_case(each) for each in week.cases], _notes(week))


def _case(each: HandledCase) -> list:
    return [
        each.number,
        each.business or "未特定",
        TOPICS.get(each.topic, each.topic),
        _CHANNELS.get(each.channel, each.channel),
        each.subject,
        each.received_at,
        each.first_answered_at,
        each.response_minutes,
        each.due_at,
        STATE_LABELS.get(each.status, each.status),
        each.handler,
    ]
