"""監視の表: what the reserve-margin watch of a day looks like in a report."""

from alerts.statistics import WatchDay
from alerts.words import DECISION_LABELS, EVENT_LABELS, PUBLICATION_LABELS, STAGE_LABELS
from helpdesk.documents.document import Block, Column, Paragraph, Table
from helpdesk.presentation import percent

_COUNTS = (Column("内容", width=24), Column("判断", width=14), Column("件数", "whole", 10))
_INCIDENTS = (
    Column("番号", width=18),
    Column("エリア", width=26),
    Column("最低の予備率", width=14),
    Column("発生", "moment", 17),
    Column("確認", "moment", 17),
    Column("確認者", width=14),
    Column("終了", "moment", 17),
)
_TOLD = (
    Column("時刻", "moment", 17),
    Column("内容", width=16),
    Column("エリア", width=22),
    Column("判断", width=10),
    Column("段階", width=10),
    Column("理由", width=50),
)


def watch_blocks(watch: WatchDay) -> list[Block]:
    """Publications, notices by decision, incidents, and each notice with its reason; a sentence where there are none."""
    published = "、".join(
        f"{PUBLICATION_LABELS[state]} {count} 件" for state, count in watch.publications.items()
    )
    counts = [
        (EVENT_LABELS[event], DECISION_LABELS[decision], count)
        for (event, decision), count in watch.notices.items()
    ]
    incidents = [
        (
            each.key,
            "・".join(each.areas),
            percent(each.worst_margin_hundredths),
            each.opened_at,
            each.acknowledged_at,
            each.acknowledged_by,
            each.closed_at,
        )
        for each in watch.incidents
    ]
    told = [
        (
            each.decided_at,
            EVENT_LABELS[each.event],
            "・".join(each.areas) or "―",
            DECISION_LABELS[each.decision],
            STAGE_LABELS[each.stage],
            each.reason,
        )
        for each in watch.told
    ]
    blocks: list[Block] = [
        Paragraph(
            f"受信した公表: {published or 'なし'}。8%未満になったコマ {watch.went_low:,}、"
            f"8%以上に戻ったコマ {watch.came_back:,}（エリアごとに数える）"
        )
    ]
    if not told:
        blocks.append(Paragraph("知らせはありません。"))
    if not incidents:
        blocks.append(Paragraph("未終了の事案はありません。"))
    if told:
        blocks.append(Table("知らせの件数", _COUNTS, counts))
    if incidents:
        blocks.append(Table("事案", _INCIDENTS, incidents))
    if told:
        blocks.append(Table("知らせの経過", _TOLD, told))
    return blocks
