"""回答の承認: may this answer go out now, by this person — and what it becomes when it does.

Released by somebody who has written no word of it, and only while it is still true: not when the run behind its
figures has changed, not when the business has written again since.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cases import lifecycle, search
from cases.answer_state import (
    DRAFT,
    IN_REVIEW,
    RELEASED,
    STATUS_LABELS,
    back_to_work,
    hold,
    newer_mail,
    write_down,
    writers,
)
from cases.answer_text import text_problems
from cases.errors import AnswerOutdated, AnswerRefused, CasesError, FourEyesRequired, InputRefused, Problem
from cases.history import Person
from cases.models import Answer, Attachment, Message


@dataclass(frozen=True, slots=True)
class SentFile:
    """添付: a file that goes out with the answer; its bytes lie in the blob store."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class AnswerMail:
    """回答メール as it goes out: ids without angle brackets, the text with its figures filled in."""

    message_id: str
    in_reply_to: tuple[str, ...]
    reference_ids: tuple[str, ...]
    raw_sha256: str
    from_address: str
    to_addresses: tuple[str, ...]
    cc_addresses: tuple[str, ...]
    subject: str
    body_text: str
    files: tuple[SentFile, ...] = ()


def return_for_changes(session: Session, answer: Answer, *, note: str, by: Person, now: datetime) -> Answer:
    """差戻し: back to its author, with a note saying what to change."""
    if not note.strip():
        raise InputRefused([Problem("差戻しの理由", "入力してください。作成者はそれを読んで直します")])
    case = hold(session, answer, IN_REVIEW, "差戻し")
    answer.status, answer.review_note = DRAFT, note.strip()
    answer.reviewer_id, answer.reviewer_name, answer.reviewed_at = by.id, by.display_name, now
    content = {"answer": answer.id, "note": answer.review_note}
    write_down(session, case, answer, "answer_returned", content, by=by, now=now)
    back_to_work(session, case, by=by, now=now, reason="回答が差し戻された")
    return answer


def checks_before_release(
    session: Session, answer: Answer, *, by: Person, current_run_digest: str | None
) -> list[str]:
    """Every reason why this person cannot release this answer now; empty: it can be released."""
    return [str(reason) for reason in _objections(session, answer, by, current_run_digest)]


def release(
    session: Session,
    answer: Answer,
    *,
    by: Person,
    now: datetime,
    current_run_digest: str | None,
    message: AnswerMail,
) -> Message:
    """承認・送付: the answer becomes a message of the case, which then waits for the business.

    `current_run_digest`: of the attached run as it is now. Raises the first reason of `checks_before_release` as
    `AnswerRefused`, `FourEyesRequired` or `AnswerOutdated`.
    """
    case = hold(session, answer, IN_REVIEW, "承認")
    for reason in _objections(session, answer, by, current_run_digest):
        raise reason
    sent = _store_message(session, answer, message, now)
    answer.status, answer.message_id = RELEASED, sent.id
    answer.reviewer_id, answer.reviewer_name, answer.reviewed_at = by.id, by.display_name, now
    if case.first_answered_at is None:
        case.first_answered_at = now
    content = {"answer": answer.id, "message": sent.id, "message_id": sent.message_id}
    write_down(session, case, answer, "answer_released", content, by=by, now=now)
    lifecycle.move(session, case, lifecycle.WAITING, by=by, now=now, reason="回答を送付した")
    return sent


def _objections(
    session: Session, answer: Answer, by: Person, current_run_digest: str | None
) -> list[CasesError]:
    found: list[CasesError] = []
    if answer.status != IN_REVIEW:
        found.append(AnswerRefused(f"この回答は「{STATUS_LABELS[answer.status]}」のため、承認できません"))
    if by.id is None or by.id in writers(session, answer):
        found.append(
            FourEyesRequired("回答を書いた人は承認できません。別の承認者に依頼してください（二者確認）")
        )
    if answer.run_reference is not None and answer.run_digest != current_run_digest:
        found.append(
            AnswerOutdated(
                "回答の作成後に算定結果が変わりました。差し戻し、新しい結果を添付して金額を確かめてください"
            )
        )
    if newer_mail(session, answer):
        found.append(
            AnswerOutdated(
                "回答の作成後に事業者から新しいメールが届いています。差し戻し、読んでから回答を直してください"
            )
        )
    problems = text_problems(answer.subject, answer.body_text, has_run=answer.run_reference is not None)
    return [*found, InputRefused(problems)] if problems else found


def _store_message(session: Session, answer: Answer, mail: AnswerMail, now: datetime) -> Message:
    return search.store(
        session,
        Message(
            case_id=answer.case_id,
            direction="out",
            channel="mail",
            message_id=mail.message_id,
            in_reply_to=list(mail.in_reply_to),
            reference_ids=list(mail.reference_ids),
            author_id=answer.author_id,
            author_name=answer.author_name,
            from_address=mail.from_address,
            to_addresses=list(mail.to_addresses),
            cc_addresses=list(mail.cc_addresses),
            subject=mail.subject,
            body_text=mail.body_text,
            raw_sha256=mail.raw_sha256,
            occurred_at=now,
            attachments=[
                Attachment(
                    name=file.name,
                    content_type=file.content_type,
                    size_bytes=file.size_bytes,
                    sha256=file.sha256,
                )
                for file in mail.files
            ],
        ),
    )
