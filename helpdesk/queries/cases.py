"""案件の一画面: what the case page shows, gathered from every package in a fixed number of statements."""

import json
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.call_checks import OUTCOMES
from cases.call_state import DIRECTIONS
from cases.lifecycle import CLOSED, STATE_LABELS, WAITING
from cases.models import Attachment, Business, Contact, Event, Message
from cases.quoting import segments
from helpdesk.mail.models import OutboxMail
from helpdesk.presentation import file_size, japan_time
from helpdesk.users.models import User, UserRole
from helpdesk.users.roles import ABILITIES

SOON = timedelta(days=1)

DELIVERIES = {
    "queued": ("送信待ち", "info"),
    "sending": ("送信中", "info"),
    "sent": ("送信済み", "success"),
    "failed": ("送信失敗", "danger"),
    "uncertain": ("到達未確認", "warning"),
    "cancelled": ("取消", "neutral"),
}

# kind of event → words, icon
_EVENTS = {
    "received": ("受け付けました", "incoming"),
    "follow_up_received": ("返信を受け取りました", "incoming"),
    "automatic_mail_received": ("自動メールを記録しました", "robot"),
    "acknowledged": ("受付の通知を送信箱に入れました", "mail"),
    "not_acknowledged": ("受付を通知しません", "robot"),
    "assigned": ("担当を変えました", "user"),
    "status_changed": ("状態を変えました", "edit"),
    "topic_changed": ("区分を変えました", "edit"),
    "business_changed": ("事業者を変えました", "edit"),
    "note_added": ("内部メモを書きました", "note"),
    "call_logged": ("電話を記録しました", "phone"),
    "next_call_done": ("次の電話を済みにしました", "phone"),
    "result_linked": ("通知を結び付けました", "pin"),
    "run_attached": ("計算を添付しました", "calculator"),
    "what_if_run": ("試算を記録しました", "calculator"),
    "answer_drafted": ("回答の下書きを作りました", "edit"),
    "answer_edited": ("下書きを保存しました", "edit"),
    "answer_submitted": ("承認を依頼しました", "review"),
    "answer_returned": ("差し戻しました", "reply"),
    "answer_withdrawn": ("下書きを取り下げました", "close"),
    "answer_released": ("承認して送信箱に入れました", "check"),
    "mail_sent": ("メールを送信しました", "send"),
    "mail_failed": ("メールを送信できませんでした", "danger"),
    "mail_uncertain": ("メールの到達を確認できません", "warning"),
    "mail_resolved": ("送信の扱いを決めました", "mail"),
    "objection_received": ("異議申立てとして受け付けました", "incoming"),
    "objection_claimed": ("申立ての内容を変えました", "edit"),
    "objection_reviewed": ("再計算して並べました", "calculator"),
    "objection_decided": ("異議申立てを決定しました", "check"),
    "objection_withdrawn": ("異議申立てが取り下げられました", "close"),
    "late_payment_opened": ("入金遅延の案件を開きました", "phone"),
    "late_payment_settled": ("入金を確認しました", "check"),
    "dunning_sent": ("督促状を送りました", "outgoing"),
    "late_payment_unsettled": ("未入金に戻りました", "warning"),
    "closed": ("完了にしました", "check"),
    "reopened": ("再開しました", "refresh"),
    "incident_opened": ("監視の事案を開きました", "alert"),
    "duty_desk_told": ("当番席へのメールを送信箱に入れました", "mail"),
    "not_told": ("当番席へ知らせていません", "warning"),
    "incident_acknowledged": ("事案を確認しました", "check"),
    "incident_linked": ("監視の事案に結び付けました", "pin"),
    "incident_closed": ("事案を終了しました", "lock"),
    "exported": ("控えを書き出しました", "download"),
    "document_issued": ("文書を発行しました", "download"),
    "erased": ("記録の内容を消去しました", "lock"),
}


@dataclass(frozen=True, slots=True)
class MessageCard:
    """やりとりの一件 as the page shows it."""

    id: int
    kind: str
    sender: str
    to: str
    at: datetime
    subject: str
    text: str
    quoted: str
    files: list[dict[str, str]]
    meta: list[tuple[str, str]]
    notes: list[str]
    raw_sha256: str | None
    has_html: bool
    delivery: dict[str, str] | None
    is_call: bool = False


def due_state(status: str, due_at: datetime | None, now: datetime) -> str:
    """期限の様子: done, paused (the business is to answer), overdue, soon or ok."""
    if status == CLOSED or due_at is None:
        return "done" if status == CLOSED else "ok"
    if status == WAITING:
        return "paused"
    if due_at < now:
        return "overdue"
    return "soon" if due_at - now < SOON else "ok"


@dataclass(frozen=True, slots=True)
class CaseListRow:
    """A row of a case list, with how its deadline stands."""

    number: str
    kind: str
    subject: str
    business_name: str | None
    topic: str
    status: str
    assignee_name: str
    due_at: datetime | None
    due_state: str
    received_at: datetime
    updated_at: datetime


def with_due_state(row: Any, now: datetime) -> CaseListRow:
    """A row of `cases.queries` as the lists show it."""
    names = [each.name for each in fields(CaseListRow) if each.name != "due_state"]
    values = {name: getattr(row, name) for name in names}
    return CaseListRow(**values, due_state=due_state(row.status, row.due_at, now))


def message_cards(session: Session, messages: list[Message], attachment_url: Any) -> list[MessageCard]:
    """The conversation, oldest first. `attachment_url(attachment)` gives the link of one."""
    ids = [message.id for message in messages]
    deliveries = {
        row.case_message_id: row.state
        for row in session.execute(
            select(OutboxMail.case_message_id, OutboxMail.state).where(OutboxMail.case_message_id.in_(ids))
        )
    }
    return [_card(message, deliveries.get(message.id), attachment_url) for message in messages]


def timeline(events: list[Event]) -> list[dict[str, Any]]:
    """The history for reading, newest first."""
    entries = []
    for event in reversed(events):
        title, icon = _EVENTS.get(event.kind, (event.kind, "history"))
        entries.append(
            {
                "at": japan_time(event.at),
                "iso": event.at.isoformat(),
                "actor": event.actor_name,
                "title": title,
                "detail": _detail(event),
                "icon": icon,
            }
        )
    return entries


def people_who_work(session: Session) -> list[tuple[int, str]]:
    """Everybody who may be given a case."""
    rows = session.execute(
        select(User.id, User.display_name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.is_active.is_(True), UserRole.role.in_(ABILITIES["work_on_cases"]))
        .order_by(User.display_name)
        .distinct()
    )
    return [(row.id, row.display_name) for row in rows]


def business_choices(session: Session) -> list[tuple[int, str]]:
    """All businesses, for choosing one."""
    rows = session.execute(select(Business.id, Business.code, Business.name).order_by(Business.code))
    return [(row.id, f"{row.name}（{row.code}）") for row in rows]


def contact_choices(session: Session, business_id: int | None) -> list[tuple[int, str]]:
    """The people of a business, for choosing to whom a case's mails go."""
    people = select(Contact.id, Contact.name, Contact.department).where(Contact.business_id == business_id)
    rows = session.execute(people.order_by(Contact.id)) if business_id else ()
    return [(row.id, "・".join(filter(None, (row.name, row.department)))) for row in rows]


def _card(message: Message, delivery: str | None, attachment_url: Any) -> MessageCard:
    kind = "auto" if message.automatic else message.direction
    own, quoted = _own_and_quoted(message) if message.direction == "in" else (message.body_text, "")
    sender = message.author_name or message.from_address or "差出人の記載なし"
    if message.direction == "in" and message.author_name and message.from_address:
        sender = f"{message.author_name} <{message.from_address}>"
    meta = [("Message-ID", message.message_id or ""), ("CC", "、".join(message.cc_addresses))]
    words = DELIVERIES.get(delivery or "")
    return MessageCard(
        id=message.id,
        kind=kind,
        sender=sender,
        to="、".join(message.to_addresses),
        at=message.occurred_at,
        subject=message.subject,
        text=own or "（本文なし）",
        quoted=quoted,
        files=[_file(attachment, attachment_url) for attachment in message.attachments],
        meta=[(label, value) for label, value in meta if value] if message.channel == "mail" else [],
        notes=list(message.notes),
        raw_sha256=message.raw_sha256,
        has_html=message.has_html,
        delivery={"label": words[0], "tone": words[1]} if words else None,
        is_call=message.channel == "phone",
    )


def _own_and_quoted(message: Message) -> tuple[str, str]:
    """What is new, and the rest (quotations, signature), which the page folds."""
    parts = segments(message.body_text)
    own = "".join(part.text for part in parts if part.kind == "new").strip()
    folded = "".join(part.text for part in parts if part.kind != "new").strip()
    return (own, folded) if own else (message.body_text, "")


def _file(attachment: Attachment, attachment_url: Any) -> dict[str, str]:
    return {
        "name": attachment.name,
        "url": attachment_url(attachment),
        "size": file_size(attachment.size_bytes),
    }


def _detail(event: Event) -> str:
    if event.content is None:
        return "内容は消去されました"
    content = json.loads(event.content)
    if event.kind == "call_logged":
        minutes = -(-content.get("seconds", 0) // 60)
        return f"{DIRECTIONS[content['direction']]}・{OUTCOMES.get(content['outcome'], '')}・{minutes}分"
    if "from" in content and "to" in content:
        before, after = (STATE_LABELS.get(content[key], content[key]) or "未定" for key in ("from", "to"))
        reason = content.get("reason")
        return f"{before} → {after}" + (f"（{_words(reason)}）" if reason else "")
    for name, words in (
        ("note", "{}"),
        ("reason", "{}"),
        ("to", "宛先 {}"),
        ("run", "計算 #{}"),
        ("subject", "{}"),
    ):
        if content.get(name):
            return words.format(_words(content[name]))
    return ""


def _words(value: Any) -> str:
    return "、".join(str(each) for each in value) if isinstance(value, list) else str(value)
