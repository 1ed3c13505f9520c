"""A business fills in a form of the portal: an inquiry or an objection becomes a case, a reply joins one, as a mail would.

Files lie in the blob store before the row that names them is committed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cases.directory import find_contact
from cases.follow_up import add_follow_up
from cases.kinds import INQUIRY
from cases.models import Attachment, Business, Case, Contact, Message
from cases.opening import NewCase, open_case
from helpdesk.desk import Desk
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.case_links import link_result
from helpdesk.register.models import NotifiedResult
from helpdesk.users.accounts import user_by_id
from helpdesk.users.models import User
from helpdesk.users.permissions import Person, may_see_results_of, require
from helpdesk.workflows.acknowledge_receipt import acknowledge_form
from helpdesk.workflows.receive_objection import receive_objection


@dataclass(frozen=True, slots=True)
class SentFile:
    """送られたファイル: name, declared type and bytes, checked by the form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Inquiry:
    """問合せ as a form brings it; `topic` none: classified from its words."""

    topic: str | None
    subject: str
    text: str
    person_name: str
    telephone: str
    notice_id: int | None = None
    files: Sequence[SentFile] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """書いた人: the signed-in person's account, business, contact and the address that answers go to."""

    user: User
    business: Business
    contact: Contact | None
    address: str


def open_inquiry(session: Session, desk: Desk, inquiry: Inquiry, *, by: Person) -> Case:
    """Open a case from the form, tie it to the notice it is about, acknowledge it by mail."""
    writer, now = writer_of(session, by), desk.clock()
    notice = _own_notice(session, inquiry.notice_id, by)
    new = NewCase(
        kind=INQUIRY,
        channel="form",
        subject=inquiry.subject,
        body_text=_with_particulars(inquiry, writer, notice),
        topic=inquiry.topic,
        business=writer.business,
        contact=writer.contact,
        business_reason="事業者ポータルの利用者",
        from_address=writer.address,
        attachments=_store(desk, inquiry.files),
    )
    case = open_case(session, new, by=by, now=now)
    if notice is not None:
        link_result(session, case, notice, by=by, now=now)
    acknowledge_form(session, desk, case, to=writer.address, name=inquiry.person_name, now=now)
    session.commit()
    return case


def reply(
    session: Session, desk: Desk, case: Case, text: str, files: Sequence[SentFile], *, by: Person
) -> Message:
    """Add what the business writes to its case; a closed or waiting case goes on."""
    writer, now = writer_of(session, by), desk.clock()
    if case.business_id != writer.business.id:
        raise NotFound(f"案件 {case.number} は見つかりません。番号を確かめてください")
    message = Message(
        direction="in",
        channel="form",
        author_id=by.id,
        author_name=by.display_name,
        from_address=writer.address,
        subject=case.subject,
        body_text=text,
        occurred_at=now,
        attachments=_store(desk, files),
    )
    add_follow_up(session, case, message, by=by, now=now)
    session.commit()
    return message


def object_to(
    session: Session,
    desk: Desk,
    notice_id: int,
    *,
    grounds: str,
    claims: Sequence[Mapping[str, Any]],
    claimed_figures: Mapping[str, str],
    files: Sequence[SentFile],
    found: Sequence[Problem],
    by: Person,
) -> Case:
    """Receive an objection against an own notice; its case. Raises `Refused` with every problem, `found` among them."""
    writer = writer_of(session, by)
    received = receive_objection(
        session,
        desk,
        notice_id=notice_id,
        grounds=grounds,
        claims=claims,
        claimed_figures=claimed_figures,
        contact=writer.contact,
        from_address=writer.address,
        attachments=_store(desk, files),
        found=found,
        by=by,
    )
    return received.case


def writer_of(session: Session, by: Person) -> Writer:
    """Who writes through the portal. Raises `Refused` where no answer could be sent."""
    require(by, "use_portal", "事業者として送る")
    user = user_by_id(session, by.id)
    business = session.get_one(Business, user.business_id)
    contact = find_contact(session, user.mail_address)
    if contact is not None and contact.business_id != business.id:
        contact = None
    if not user.mail_address:
        message = "アカウントに登録されていないため、お返事を送れません。窓口にご連絡ください"
        raise Refused([Problem("メールアドレス", message)])
    return Writer(user, business, contact, user.mail_address)


def _own_notice(session: Session, notice_id: int | None, by: Person) -> NotifiedResult | None:
    if notice_id is None:
        return None
    notice = session.get(NotifiedResult, notice_id)
    if notice is None or not may_see_results_of(by, notice.business_id):
        raise Refused([Problem("対象の通知", "一覧から選んでください")])
    return notice


def _with_particulars(inquiry: Inquiry, writer: Writer, notice: NotifiedResult | None) -> str:
    """The text, and below it what an operator needs for calling back."""
    lines = [
        f"事業者名：{writer.business.name}",
        f"担当者名：{inquiry.person_name}",
        f"電話番号：{inquiry.telephone}",
    ]
    if notice is not None:
        lines.append(f"対象の通知：{notice.document_number}（第{notice.version}版）")
    return "\n".join([inquiry.text, "", *lines])


def _store(desk: Desk, files: Sequence[SentFile]) -> list[Attachment]:
    return [
        Attachment(
            name=file.name,
            content_type=file.content_type,
            size_bytes=len(file.content),
            sha256=desk.blobs.put(file.content),
        )
        for file in files
    ]
