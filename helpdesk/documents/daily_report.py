"""日次報告書: number handled, handling time, checklists and the watch of one day (requirement B4.1, E4)."""

from dataclasses import dataclass
from datetime import date

from alerts.statistics import WatchDay
from cases.checklists import DUTIES, ShownList
from cases.classification import TOPICS
from cases.daily_statistics import DailyOperations
from cases.kinds import CHANNELS, KINDS
from cases.lifecycle import STATE_LABELS
from cases.objections import DECISIONS
from cases.phone_calls import OUTCOMES
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
    SignatureBoxes,
    Table,
)
from helpdesk.documents.watch_tables import watch_blocks
from helpdesk.presentation import japan_time, japanese_date

_MINUTES = 60
_COUNTED = (Column("項目", width=30), Column("数", "whole", 14), Column("単位", width=8))


@dataclass(frozen=True, slots=True)
class LastSeal:
    """封印: the newest seal of the history when the report was made; it lets a later verification find a cut."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Day:
    """一日: the desk's work, the watch, and the seal that goes out with the report."""

    operations: DailyOperations
    watch: WatchDay
    seal: LastSeal | None


def title_of(day: date) -> str:
    """`日次報告書 2026-06-30`."""
    return f"日次報告書 {day.isoformat()}"


def document_of(found: Day) -> Document:
    """The whole report."""
    work = found.operations
    known = japan_time(work.as_of) + " 時点で記録されていたもの" if work.as_of else "履歴に記録されたすべて"
    blocks: list[Block] = [
        Paragraph(f"期間: {japanese_date(work.day)} 0時から24時（日本時間）。{known}から集計", "note"),
        SignatureBoxes(("作成", "確認", "承認")),
        _summary(found),
        Heading("案件"),
        _kinds(work),
        *_chart(work),
        Heading("異議申立てと入金遅延"),
        _objections_and_payments(work),
        Heading("電話"),
        _calls(work),
        Heading("担当者別"),
        _people(work) if work.people else Paragraph("この日に対応した人はいません。"),
        Heading("広域予備率の監視"),
        *watch_blocks(found.watch),
        Heading("チェックリスト"),
        *_duty_lists(work),
        Heading("対応した案件"),
        _cases(work) if work.cases else Paragraph("この日に対応した案件はありません。"),
    ]
    if found.seal is not None:
        blocks.append(
            Paragraph(f"履歴の封印 第{found.seal.number}号 {found.seal.number}:{found.seal.digest}", "note")
        )
    return Document(
        title="日次報告書",
        subtitle=japanese_date(work.day),
        blocks=blocks,
        created=work.as_of or work.ends_at,
    )


def minutes_of(seconds: int) -> int:
    """Whole minutes, the rest cut off: what a report counts time in."""
    return seconds // _MINUTES


def _summary(found: Day) -> KeyValues:
    work, watch = found.operations, found.watch
    kinds = work.kinds.values()
    return KeyValues(
        (
            Fact("受付", sum(each.received for each in kinds), "whole", "件"),
            Fact("対応した案件", sum(each.worked_on for each in kinds), "whole", "件"),
            Fact("完了", sum(each.closed for each in kinds), "whole", "件"),
            Fact("日末の対応中", sum(each.open_at_end for each in kinds), "whole", "件"),
            Fact("うち回答期限超過", sum(each.overdue_at_end for each in kinds), "whole", "件"),
            Fact("回答の送付", sum(each.answers for each in kinds), "whole", "通"),
            Fact("対応時間", minutes_of(work.handling_seconds), "whole", "分"),
            Fact("電話", work.calls.incoming + work.calls.outgoing, "whole", "件"),
            Fact("異議申立ての受付", work.objections.received, "whole", "件"),
            Fact("異議申立ての決定", sum(work.objections.decisions.values()), "whole", "件"),
            Fact("日末に未決の異議申立て", work.objections.undecided_at_end, "whole", "件"),
            Fact("入金の約束", work.calls.promises, "whole", "件"),
            Fact("入金遅延の解消", work.late_payments_settled, "whole", "件"),
            Fact("監視の知らせ", sum(each.decision == "send" for each in watch.told), "whole", "件"),
        ),
        title="総括",
    )


def _kinds(work: DailyOperations) -> Table:
    columns = [
        Column("種類", width=16),
        *(
            Column(label, "whole", 10)
            for label in (
                "繰越",
                "受付",
                "再開",
                "完了",
                "日末",
                "期限超過",
                "回答",
                "対応",
            )
        ),
        Column("対応時間（分）", "whole", 16),
    ]
    rows = [
        (
            KINDS[kind],
            each.carried_over,
            each.received,
            each.reopened,
            each.closed,
            each.open_at_end,
            each.overdue_at_end,
            each.answers,
            each.worked_on,
            minutes_of(each.handling_seconds),
        )
        for kind, each in work.kinds.items()
    ]
    total = ("合計", *(sum(column) for column in zip(*(row[1:] for row in rows), strict=True)))
    ways = "、".join(f"{CHANNELS.get(way, way)} {count} 件" for way, count in work.channels.items())
    notes = [f"受付の経路: {ways or 'なし'}", "繰越＋受付＋再開−完了＝日末"]
    return Table("案件の種類別の件数と対応時間", columns, rows, notes, total)


def _chart(work: DailyOperations) -> list[Chart]:
    """Nothing is drawn of a day on which there was nothing."""
    names = [KINDS[kind] for kind in work.kinds]
    series = (
        Series("受付", [each.received for each in work.kinds.values()]),
        Series("完了", [each.closed for each in work.kinds.values()]),
        Series("日末の対応中", [each.open_at_end for each in work.kinds.values()]),
    )
    if not any(any(each.values) for each in series):
        return []
    alt = "。".join(
        f"{name}は受付 {each.received} 件、完了 {each.closed} 件、日末の対応中 {each.open_at_end} 件"
        for name, each in zip(names, work.kinds.values(), strict=True)
    )
    return [Chart("案件の種類別の件数", "bar", names, series, "件", alt)]


def _objections_and_payments(work: DailyOperations) -> Table:
    found = work.objections
    rows = [
        ("異議申立ての受付", found.received, "件"),
        ("異議申立ての決定", sum(found.decisions.values()), "件"),
        *((f"　{DECISIONS.get(key, key)}", count, "件") for key, count in found.decisions.items()),
        ("異議申立ての取下げ", found.withdrawn, "件"),
        ("日末に未決の異議申立て", found.undecided_at_end, "件"),
        ("入金の約束", work.calls.promises, "件"),
        ("約束された金額", work.calls.promised_yen, "円"),
        ("入金遅延の解消（全額入金）", work.late_payments_settled, "件"),
    ]
    return Table("異議申立てと入金遅延の件数", _COUNTED, rows)


def _calls(work: DailyOperations) -> Table:
    calls = work.calls
    rows = [
        ("着信", calls.incoming, "件"),
        ("発信", calls.outgoing, "件"),
        *((f"　{OUTCOMES.get(key, key)}", count, "件") for key, count in calls.outcomes.items()),
        ("通話時間", minutes_of(calls.seconds), "分"),
    ]
    return Table("電話の件数", _COUNTED, rows)


def _people(work: DailyOperations) -> Table:
    columns = [
        Column("担当者", width=24),
        Column("対応した案件", "whole", 14),
        Column("承認・送付した回答", "whole", 18),
        Column("電話", "whole", 10),
        Column("対応時間（分）", "whole", 16),
    ]
    rows = [
        (each.name, each.cases, each.answers_released, each.calls, minutes_of(each.seconds))
        for each in work.people
    ]
    return Table("担当者別の対応", columns, rows)


def _duty_lists(work: DailyOperations) -> list[Block]:
    found: list[Block] = []
    for duty, lists in work.duty_lists.items():
        for shown in lists:
            found.append(Heading(f"{DUTIES[duty]}：{shown.title}（{shown.done}／{len(shown.items)}）", 2))
            found.append(_duty_list(shown))
    return found or [Paragraph("この日のチェックリストはありません。")]


def _duty_list(shown: ShownList) -> Table:
    columns = [
        Column("項目", width=50),
        Column("実施", "moment", 17),
        Column("担当者", width=16),
        Column("備考", width=24),
    ]
    rows = [(item.text, item.done_at, item.done_by_name or "未実施", item.note) for item in shown.items]
    return Table(shown.title, columns, rows)


def _cases(work: DailyOperations) -> Table:
    columns = [
        Column("案件番号", width=16),
        Column("種類", width=10),
        Column("事業者", width=26),
        Column("区分", width=18),
        Column("件名", width=40),
        Column("受付", "moment", 17),
        Column("日末の状態", width=14),
        Column("担当", width=12),
        Column("対応時間（分）", "whole", 16),
    ]
    rows = [
        (
            case.number,
            KINDS.get(kind, kind),
            case.business or "未特定",
            TOPICS.get(case.topic, case.topic),
            case.subject,
            case.received_at,
            STATE_LABELS.get(case.status, case.status),
            case.handler,
            minutes_of(seconds),
        )
        for case, kind, seconds in work.cases
    ]
    return Table("対応した案件", columns, rows, wide=True)
