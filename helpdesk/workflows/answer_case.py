"""An answer leaves: drafted with figures bound to the attached run, reviewed and released by a second person.

Each step is committed once. The mail is rendered, stored and queued in the transaction that releases it; the outbox
sends it afterwards.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import answering
from cases.models import Answer, Case, Message
from cases.releasing import SentFile
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotAllowed, Problem, Refused
from helpdesk.mail import outbox
from helpdesk.mail.compose import OutgoingAttachment, compose, new_message_id
from helpdesk.register.case_links import attached_run
from helpdesk.register.models import CalculationRun
from helpdesk.users.permissions import Person, may_release, require
from helpdesk.workflows.acknowledge_receipt import thread_references
from helpdesk.workflows.answer_text import (
    TO_WRITE,
    figures_of,
    first_draft,
    last_incoming,
    letter_of,
    recipient,
    told_before,
)
from helpdesk.workflows.issue_document import letter_of_decision
from mail_templates.errors import FigureUnknown
from mail_templates.figures import field_keys

WITH_CALCULATION = "case_answer_with_calculation"
_NO_ADDRESS = Problem(
    "宛先", "送り先のメールアドレスが分かりません。「要点」の「変更する」で、事業者の担当者を選んでください"
)


def draft(session: Session, desk: Desk, case: Case, template: str, *, by: Person) -> Answer:
    """Begin an answer from a template; one about an amount needs an attached run."""
    require(by, "work_on_cases", "回答を書く")
    run = attached_run(session, case.id) if template == WITH_CALCULATION else None
    if template == WITH_CALCULATION and run is None:
        raise Refused(
            [Problem("計算", "案件に計算が添付されていません。先に「再計算する」を実行してください")]
        )
    subject, body = first_draft(
        desk, case, template, run=run, notified=told_before(session, case).notified, author=by
    )
    answer = answering.draft(
        session,
        case,
        template=template,
        subject=subject,
        body_text=body,
        run_reference=run.id if run else None,
        run_digest=run.digest if run else None,
        by=by,
        now=desk.clock(),
    )
    session.commit()
    return answer


def save(
    session: Session,
    desk: Desk,
    answer: Answer,
    *,
    subject: str,
    body: str,
    version: int,
    by: Person,
    seen_message_id: int | None = None,
) -> Answer:
    """Keep what was typed by somebody who had read up to `seen_message_id` (none: all that there is now)."""
    require(by, "work_on_cases", "回答を書く")
    if seen_message_id is not None and not _is_of_case(session, seen_message_id, answer.case_id):
        raise Refused([Problem("読んだメール", "この案件のメールではありません。画面を読み直してください")])
    answering.edit(
        session,
        answer,
        subject=subject,
        body_text=body,
        expected_version=version,
        seen_message_id=seen_message_id,
        by=by,
        now=desk.clock(),
    )
    session.commit()
    return answer


def submit(session: Session, desk: Desk, answer: Answer, *, by: Person) -> None:
    """Ask for the release. Refused while something is unwritten or a field has no figure."""
    require(by, "work_on_cases", "承認を依頼する")
    problems = []
    if TO_WRITE in answer.body_text:
        problems.append(Problem("本文", f"「{TO_WRITE}」が残っています。回答を書いてください"))
    run = bound_run(session, answer)
    known = figures_of(run, told_before(session, answer.case))
    unknown = [key for key in field_keys(answer.body_text) if key not in known]
    if unknown:
        problems.append(Problem("本文", str(FigureUnknown(unknown))))
    if not recipient(answer.case, last_incoming(session, answer.case_id)):
        problems.append(_NO_ADDRESS)
    if problems:
        raise Refused(problems)
    answering.submit(session, answer, by=by, now=desk.clock())
    session.commit()


def give_back(session: Session, desk: Desk, answer: Answer, note: str, *, by: Person) -> None:
    """Return the draft to its author with a reason."""
    _may_review(by, answer)
    answering.return_for_changes(session, answer, note=note, by=by, now=desk.clock())
    session.commit()


def withdraw(session: Session, desk: Desk, answer: Answer, *, by: Person) -> None:
    """Give a draft up; it stays in the history."""
    require(by, "work_on_cases", "下書きを取り下げる")
    answering.withdraw(session, answer, by=by, now=desk.clock())
    session.commit()


def release(session: Session, desk: Desk, answer: Answer, *, version: int, by: Person) -> Message:
    """Approve and send: the second person's decision, and the mail in the outbox, in one transaction."""
    _may_review(by, answer)
    # held from here on: what is checked, what is rendered and what is sent are one and the same
    session.refresh(answer.case, with_for_update={"of": Case})
    session.refresh(answer)
    if answer.version != version:
        raise Conflict("開いている間に回答が変わりました。画面を読み直し、文面をもう一度確かめてください")
    case, run, now = answer.case, bound_run(session, answer), desk.clock()
    letter = letter_of(session, case, answer, run)
    if not letter.to:
        raise Refused([_NO_ADDRESS])
    settings, answered = desk.settings, letter.answered
    files = letter_of_decision(session, desk, answer, by=by)
    key = f"answer:{answer.id}"
    message_id = new_message_id(
        "answer", str(answer.id), settings.secret_key, settings.desk_address.split("@")[1]
    )
    references = thread_references(answered.reference_ids, answered.message_id) if answered else ()
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=letter.to,
        subject=letter.subject,
        body_text=letter.body,
        in_reply_to=answered.message_id if answered else None,
        references=references,
        attachments=[OutgoingAttachment(each.file_name, each.content_type, each.content) for each in files],
        date=now,
    )
    current = attached_run(session, case.id) if answer.run_reference else None
    message = answering.release(
        session,
        answer,
        by=by,
        now=now,
        current_run_digest=current.digest if current else None,
        message=answering.AnswerMail(
            message_id=message_id,
            in_reply_to=(answered.message_id,) if answered and answered.message_id else (),
            reference_ids=references,
            raw_sha256=desk.blobs.put(raw),
            from_address=settings.desk_address,
            to_addresses=(letter.to,),
            cc_addresses=(),
            subject=letter.subject,
            body_text=letter.body,
            files=tuple(
                SentFile(each.file_name, each.content_type, len(each.content), each.sha256) for each in files
            ),
        ),
    )
    outbox.queue(
        session,
        desk.blobs,
        key=key,
        kind="answer",
        envelope_from=settings.desk_address,
        to=letter.to,
        subject=letter.subject,
        raw=raw,
        message_id=message_id,
        case_id=case.id,
        case_message_id=message.id,
        by=by,
        now=now,
    )
    session.commit()
    return message


def bound_run(session: Session, answer: Answer) -> CalculationRun | None:
    """The run whose figures the answer's fields stand for."""
    return session.get(CalculationRun, answer.run_reference) if answer.run_reference else None


def _is_of_case(session: Session, message_id: int, case_id: int) -> bool:
    found = select(Message.id).where(Message.id == message_id, Message.case_id == case_id)
    return session.scalar(found) is not None


def _may_review(by: Person, answer: Answer) -> None:
    require(by, "release_answers", "回答を承認する")
    if not may_release(by, answer):
        raise NotAllowed("自分の書いた回答は承認できません。別の人に承認を依頼してください")
