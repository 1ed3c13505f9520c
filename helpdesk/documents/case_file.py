"""案件ファイル: a case with its facts, conversation, results and history, for printing and handing over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calc_core.figures import compare_figures
from calc_core.narration import number_text
from cases.classification import TOPICS
from cases.kinds import CHANNELS, KINDS
from cases.lifecycle import STATE_LABELS
from cases.models import Case, Message
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Quotation,
    Table,
)
from helpdesk.documents.figures import derivation_blocks
from helpdesk.presentation import file_size, japan_time
from helpdesk.register.models import CalculationRun, NotifiedResult

_DIRECTIONS = {"in": "受信", "out": "送信", "note": "内部メモ"}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """履歴の一行: when, who, what, in words as the page shows them."""

    at: str
    actor: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """案件ファイルの内容: the case and everything that stands in the file, as it was at `made_at`."""

    case: Case
    messages: Sequence[Message]
    history: Sequence[HistoryLine]
    notified: NotifiedResult | None
    run: CalculationRun | None
    made_at: datetime
    made_by: str
    desk_name: str


def document_of(file: CaseFile) -> Document:
    """The case as a document; it holds the desk's own notes and is not for the business."""
    case = file.case
    return Document(
        title=f"案件ファイル {case.number}",
        subtitle=f"{case.subject}　{file.desk_name}　{japan_time(file.made_at)} 時点（{file.made_by}）",
        created=file.made_at,
        blocks=[
            Paragraph("窓口内部の記録を含みます。取扱いに注意してください。", "note"),
            Heading("要点"),
            KeyValues(_facts(case)),
            Heading("やりとり"),
            *_conversation(file.messages),
            *_results(file.notified, file.run),
            Heading("履歴"),
            _history(file.history),
            *_derivation(file.run),
        ],
    )


def _facts(case: Case) -> list[Fact]:
    business = f"{case.business.name}（{case.business.code}）" if case.business else "未特定"
    contact = f"{case.contact.name} <{case.contact.mail_address}>" if case.contact else ""
    return [
        Fact("案件番号", case.number),
        Fact("件名", case.subject),
        Fact("種類", KINDS.get(case.kind, case.kind)),
        Fact("業務区分", TOPICS.get(case.topic, case.topic)),
        Fact("経路", CHANNELS.get(case.channel, case.channel)),
        Fact("状態", STATE_LABELS.get(case.status, case.status)),
        Fact("事業者", business),
        Fact("担当者（事業者）", contact),
        Fact("担当（窓口）", case.assignee_name or "未定"),
        Fact("受付", case.received_at, "moment"),
        Fact("初回回答", case.first_answered_at, "moment"),
        Fact("回答期限", case.due_at, "moment"),
        Fact("完了", case.closed_at, "moment"),
    ]


def _conversation(messages: Sequence[Message]) -> list[Block]:
    if not messages:
        return [Paragraph("該当なし", "note")]
    return [block for number, message in enumerate(messages, 1) for block in _message(number, message)]


def _message(number: int, message: Message) -> list[Block]:
    kind = "自動送信" if message.automatic else _DIRECTIONS.get(message.direction, message.direction)
    sender = message.author_name or message.from_address or "差出人の記載なし"
    facts = [Fact("差出人", f"{sender} <{message.from_address}>" if message.from_address else sender)]
    if message.to_addresses:
        facts.append(Fact("宛先", "、".join(message.to_addresses)))
    if message.subject:
        facts.append(Fact("件名", message.subject))
    if message.attachments:
        names = [f"{each.name}（{file_size(each.size_bytes)}）" for each in message.attachments]
        facts.append(Fact("添付", "\n".join(names)))
    return [
        Heading(f"{number}. {kind}　{japan_time(message.occurred_at)}", 2),
        KeyValues(facts),
        Quotation(message.body_text.strip("\n") or "（本文なし）"),
    ]


def _results(notified: NotifiedResult | None, run: CalculationRun | None) -> list[Block]:
    if notified is None and run is None:
        return []
    blocks: list[Block] = [Heading("通知と再計算")]
    if notified is not None:
        blocks.append(
            KeyValues(
                [
                    Fact("通知", f"{notified.document_number}（第{notified.version}版）"),
                    Fact("対象", f"{notified.fiscal_year}年度 {notified.delivery_month}月分"),
                    Fact("通知日", notified.notified_on, "day"),
                ]
            )
        )
    return [*blocks, _comparison(notified, run)]


def _comparison(notified: NotifiedResult | None, run: CalculationRun | None) -> Table:
    lines = compare_figures(notified.figures if notified else (), run.figures if run else ())
    columns = [
        Column("項目", width=44),
        Column("通知値", "figure", 18),
        Column("再計算値", "figure", 18),
        Column("差", "figure", 18),
    ]
    rows: list[list[Any]] = [
        [line.label, *(_shown(exact, line.unit) for exact in (line.first, line.second, line.difference))]
        for line in lines
    ]
    made = f"再計算は計算 #{run.id}（{japan_time(run.created_at)}、{run.created_by_name}）" if run else ""
    return Table("通知値と再計算値", columns, rows, [made] if made else [])


def _shown(exact: str | None, unit: str) -> str:
    return "" if exact is None else number_text(exact, unit)


def _history(lines: Sequence[HistoryLine]) -> Table:
    columns = [
        Column("日時", width=24),
        Column("行った人", width=16),
        Column("出来事", width=24),
        Column("内容", width=48),
    ]
    rows = [[line.at, line.actor, line.title, line.detail] for line in lines]
    return Table("履歴（古い順）", columns, rows)


def _derivation(run: CalculationRun | None) -> list[Block]:
    if run is None or "resources" not in run.result:
        return []
    return [PageBreak(), Heading(f"算定の根拠（計算 #{run.id}）"), *derivation_blocks(run.result)]
