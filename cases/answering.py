"""回答: what is done with an answer, from its draft to its release; the reviewer's verbs stand in `cases.releasing`.

`draft → in_review → released`, back to draft with a note, or withdrawn; at most one open answer a case. Every verb
holds the case until the transaction ends, so a mail that comes in meanwhile is seen either before or after.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from cases import lifecycle
from cases.answer_state import (
    DRAFT,
    IN_REVIEW,
    STATUS_LABELS,
    WITHDRAWN,
    back_to_work,
    hold,
    newer_mail,
    newest_incoming,
    open_answer,
    write_down,
    writers,
)
from cases.answer_text import cleaned, text_problems
from cases.errors import AnswerOutdated, AnswerRefused, InputRefused, StaleVersion
from cases.history import Person, record_on_case
from cases.models import Answer, Case
from cases.releasing import AnswerMail, checks_before_release, release, return_for_changes

__all__ = [
    "DRAFT",
    "IN_REVIEW",
    "STATUS_LABELS",
    "AnswerMail",
    "attach_run",
    "checks_before_release",
    "draft",
    "edit",
    "newest_incoming",
    "open_answer",
    "release",
    "return_for_changes",
    "submit",
    "withdraw",
]


def draft(
    session: Session,
    case: Case,
    *,
    template: str,
    subject: str,
    body_text: str,
    run_reference: int | None = None,
    run_digest: str | None = None,
    by: Person,
    now: datetime,
) -> Answer:
    """起案: begin an answer to all that has come in so far. Raises `AnswerRefused` when one is open already."""
    session.refresh(case, with_for_update={"of": Case})
    if by.id is None:
        raise AnswerRefused("回答を書けるのは利用者だけです")
    if case.status == lifecycle.CLOSED:
        raise AnswerRefused(f"案件 {case.number} は完了しています。回答を書くには、先に再開してください")
    if (other := open_answer(session, case.id)) is not None:
        raise AnswerRefused(
            f"案件 {case.number} には{other.author_name}さんの回答（{STATUS_LABELS[other.status]}）があります。"
            "それを編集するか、取り下げてから作成してください"
        )
    subject, body_text = cleaned(subject, body_text)
    answer = Answer(
        case_id=case.id,
        status=DRAFT,
        template=template,
        subject=subject,
        body_text=body_text,
        run_reference=run_reference,
        run_digest=run_digest,
        last_incoming_message_id=newest_incoming(session, case.id),
        author_id=by.id,
        author_name=by.display_name,
        created_at=now,
        updated_at=now,
    )
    session.add(answer)
    lifecycle.touch(session, case, now=now)
    content = {"answer": answer.id, "template": template, "run": run_reference, "digest": run_digest}
    record_on_case(session, case, "answer_drafted", content, by=by, now=now)
    if case.status == lifecycle.RECEIVED:
        lifecycle.move(session, case, lifecycle.IN_PROGRESS, by=by, now=now, reason="回答の作成を始めた")
    return answer


def edit(
    session: Session,
    answer: Answer,
    *,
    subject: str,
    body_text: str,
    expected_version: int,
    by: Person,
    now: datetime,
    seen_message_id: int | None = None,
) -> Answer:
    """編集: change a draft, having read what has come in up to `seen_message_id` (without it: all there is now).

    Raises `StaleVersion`, naming who was faster, when the draft is no longer the version that was opened.
    """
    case = hold(session, answer, DRAFT, "編集")
    if answer.version != expected_version:
        raise StaleVersion(
            f"案件 {case.number} の回答は、開いている間に{list(writers(session, answer).values())[-1]}さんが変更しました。"
            "入力した文を控え、画面を読み直してから、もう一度保存してください"
        )
    answer.subject, answer.body_text = cleaned(subject, body_text)
    newest = newest_incoming(session, case.id)
    answer.last_incoming_message_id = newest if seen_message_id is None else seen_message_id
    write_down(session, case, answer, "answer_edited", {"answer": answer.id}, by=by, now=now)
    return answer


def attach_run(
    session: Session, answer: Answer, *, run_reference: int, run_digest: str, by: Person, now: datetime
) -> Answer:
    """算定結果の添付: bind the figures of a draft to a run (in place of the one before)."""
    case = hold(session, answer, DRAFT, "算定結果の添付")
    answer.run_reference, answer.run_digest = run_reference, run_digest
    content = {"answer": answer.id, "run": run_reference, "digest": run_digest}
    write_down(session, case, answer, "run_attached", content, by=by, now=now)
    return answer


def submit(session: Session, answer: Answer, *, by: Person, now: datetime) -> Answer:
    """提出: hand a draft to review. Raises `InputRefused` with every typed amount, `AnswerOutdated` when mail came."""
    case = hold(session, answer, DRAFT, "提出")
    problems = text_problems(answer.subject, answer.body_text, has_run=answer.run_reference is not None)
    if problems:
        raise InputRefused(problems)
    if newer_mail(session, answer):
        raise AnswerOutdated(
            f"案件 {case.number} に新しいメールが届いています。読んで本文を確かめ、保存し直してから提出してください"
        )
    answer.status, answer.submitted_at = IN_REVIEW, now
    write_down(session, case, answer, "answer_submitted", {"answer": answer.id}, by=by, now=now)
    lifecycle.move(session, case, lifecycle.AWAITING_RELEASE, by=by, now=now, reason="回答を提出した")
    return answer


def withdraw(session: Session, answer: Answer, *, by: Person, now: datetime) -> Answer:
    """取下げ: give up an answer that has not been released."""
    case = hold(session, answer, None, "取下げ")
    answer.status = WITHDRAWN
    write_down(session, case, answer, "answer_withdrawn", {"answer": answer.id}, by=by, now=now)
    back_to_work(session, case, by=by, now=now, reason="回答が取り下げられた")
    return answer
