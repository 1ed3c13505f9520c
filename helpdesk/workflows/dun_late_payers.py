"""督促: all letters that are due today go out, one a debtor: as a mail with the letter attached, or to be printed.

Each letter is drawn outside any transaction and recorded in one: its notices, the file in the archive, the mail in the
outbox, the events. Under the ledger's lock it is looked once more at what is due: what was paid, promised or objected to
meanwhile changes the letter, or there is none. Killed anywhere, what was recorded is not sent again (a step is once in
the tables, a debtor once a day), and what was not is sent by the next attempt.
"""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.models import Case
from helpdesk import tasks
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents import dunning_letter
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, write
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotFound, Refused
from helpdesk.fail_points import fail_point
from helpdesk.insert_once import insert_once
from helpdesk.ledger.account_history import Happened, lock_ledger, write_account_history
from helpdesk.ledger.dunning import letter_of, notice_number
from helpdesk.ledger.models import DunningNotice
from helpdesk.ledger.promises import case_of
from helpdesk.mail import outbox
from helpdesk.mail.compose import OutgoingAttachment, compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.presentation import japanese_date
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.dunning_letters import DueLetter, debtors_due, due_letter
from mail_templates.rendering import render

KIND = "dunning"
DOCUMENT = "dunning_letter"
_TRIES = 5  # so often a letter is drawn anew because the ledger changed while it was drawn


def request_dunning(session: Session, desk: Desk, *, by: Person) -> Task:
    """Ask for all letters that are due; the same wish that waits already is that one. Raises `NotAllowed`."""
    require(by, "send_dunning", "督促状を送る")
    now = desk.clock()
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish={}, by=by, now=now)
    if is_new:
        history.record(session, "account:unknown", "dunning_requested", {"task": task.id}, by=by, now=now)
    session.commit()
    return task


def run_dunning(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """督促 as a task's handler: letter by letter; how many were mailed, how many are to be printed."""
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        by = history.Actor(task.created_by_id, task.created_by_name)
        debtors = debtors_due(session, desk)
    told = {"mailed": 0, "to_print": 0, "not_due_any_more": 0}
    for done, business_id in enumerate(debtors):
        run.progress(done, len(debtors), f"{len(debtors)}件のうち{done}件を作成しました")
        told[_send(desk, run, business_id, by=by)] += 1
    run.progress(len(debtors), len(debtors), "督促状を作成しました")
    return told


def _send(desk: Desk, run: TaskRun, business_id: int, *, by: history.Person) -> str:
    for _ in range(_TRIES):
        now = desk.clock()
        with desk.database.read_session() as session:
            letter = due_letter(session, desk, business_id, now=now)
        if letter is None:
            return "not_due_any_more"
        content = write(dunning_letter.document_of(letter.told), "pdf")
        fail_point("dunning.drawn")
        sha256 = desk.blobs.put(content)
        with desk.database.write_session() as session:
            run.hold(session)
            lock_ledger(session)
            again = due_letter(session, desk, business_id, now=now)
            if again is None or again.told != letter.told:
                continue
            mailed = _record(session, desk, again, content, sha256, by=by, now=now)
            fail_point("dunning.recorded")
        fail_point("dunning.committed")
        return "mailed" if mailed else "to_print"
    raise AssertionError("台帳が続けて変わったため、督促状を作れませんでした")


def _record(
    session: Session,
    desk: Desk,
    letter: DueLetter,
    content: bytes,
    sha256: str,
    *,
    by: history.Person,
    now: datetime,
) -> bool:
    """Everything of one letter, in the caller's transaction; whether it goes by mail."""
    told = letter.told
    address, trouble = _mail(session, desk, letter, content, by=by, now=now)
    for place, (reminder, line) in enumerate(zip(letter.reminders, told.invoices, strict=True)):
        session.add(
            DunningNotice(
                number=notice_number(told.number, place),
                invoice_id=reminder.invoice.id,
                step=line.step,
                open_yen=line.open_yen,
                interest_yen=line.interest_yen,
                dunned_on=told.dated,
                pay_by=told.pay_by,
                addressee=address,
                made_at=now,
                made_by_id=by.id,
                made_by_name=by.display_name,
            )
        )
    session.flush()
    made_from = history.canonical({"letter": str(asdict(told))}).encode()
    insert_once(
        session,
        IssuedDocument,
        kind=DOCUMENT,
        reference=f"dunning:{told.number}",
        content_digest=hashlib.sha256(made_from).hexdigest(),
        file_format="pdf",
        file_name=f"dunning-{told.dated.isoformat()}-{letter.business.code}.pdf",
        sha256=sha256,
        issued_at=now,
        issued_by_id=by.id,
        issued_by_name=by.display_name,
    )
    _tell_history(session, letter, address, trouble, sha256, by=by, now=now)
    return bool(address)


def _mail(
    session: Session, desk: Desk, letter: DueLetter, content: bytes, *, by: history.Person, now: datetime
) -> tuple[str, str]:
    """The address that the mail goes to, or none and why not: then the letter is printed."""
    if not letter.mail_address:
        return "", "メールアドレスの登録なし"
    told, settings = letter.told, desk.settings
    mail = render("dunning", _values(letter, settings.desk_name, settings.desk_address))
    key = f"dunning:{told.number}"
    names = f"{told.dated:%Y%m%d}-{letter.business.id}"
    message_id = new_message_id(KIND, names, settings.secret_key, settings.desk_address.split("@")[1])
    name = f"{told.title}_{in_japan(now):%Y%m%d}.pdf"
    try:
        raw = compose(
            message_id=message_id,
            from_address=settings.desk_address,
            from_name=settings.desk_name,
            to=letter.mail_address,
            subject=mail.subject,
            body_text=mail.body,
            attachments=[OutgoingAttachment(name, "application/pdf", content)],
            date=now,
        )
        outbox.queue(
            session,
            desk.blobs,
            key=key,
            kind=KIND,
            envelope_from=settings.desk_address,
            to=letter.mail_address,
            subject=mail.subject,
            raw=raw,
            message_id=message_id,
            by=by,
            now=now,
        )
    except (MailNotComposable, Refused) as refused:
        return "", str(refused)
    return letter.mail_address, ""


def _values(letter: DueLetter, desk_name: str, desk_address: str) -> dict[str, Any]:
    told = letter.told
    return {
        "title": told.title,
        "number": told.number,
        "step": told.step,
        "business_name": letter.business.name,
        "addressee": letter.greeting,
        "pay_by": japanese_date(told.pay_by),
        "total": f"{told.open_yen:,}円",
        "invoices": [
            {
                "number": each.number,
                "subject": each.subject,
                "due_on": japanese_date(each.due_on),
                "open": f"{each.open_yen:,}円",
            }
            for each in told.invoices
        ],
        "desk_name": desk_name,
        "desk_address": desk_address,
    }


def _tell_history(
    session: Session,
    letter: DueLetter,
    address: str,
    trouble: str,
    sha256: str,
    *,
    by: history.Person,
    now: datetime,
) -> None:
    """The late-payment cases first, then the account."""
    told, happened = letter.told, []
    for reminder, line in zip(letter.reminders, told.invoices, strict=True):
        content = {
            "letter": told.number,
            "title": told.title,
            "step": line.step,
            "invoice": reminder.invoice.id,
            "number": line.number,
            "open_yen": line.open_yen,
            "interest_yen": line.interest_yen,
            "pay_by": told.pay_by,
            "to": address,
            "reason": trouble,
            "sha256": sha256,
        }
        case: Case | None = case_of(session, reminder.invoice.id)
        if case is not None:
            history.record_on_case(session, case, "dunning_sent", content, by=by, now=now)
        happened.append(Happened(letter.business.id, "dunning_sent", content))
    write_account_history(session, happened, by=by, now=now)


def sent_letter(session: Session, desk: Desk, notice_id: int) -> DocumentFile:
    """The letter that a notice stood in, as it went out. Raises `NotFound`."""
    notice = session.get(DunningNotice, notice_id)
    if notice is None:
        raise NotFound("その督促状は送られていません")
    found = select(IssuedDocument).where(
        IssuedDocument.kind == DOCUMENT, IssuedDocument.reference == f"dunning:{letter_of(notice)}"
    )
    row = session.scalars(found).one()
    return DocumentFile(desk.blobs.get(row.sha256), row.file_name, CONTENT_TYPES[row.file_format], row.sha256)
