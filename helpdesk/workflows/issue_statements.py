"""Fixed statements are issued: each with its number, its notified result and its mail in one commit, then the documents.

Asked for once a month and family; a worker that was killed goes on where it stopped: what is issued is not issued again,
what could not be issued is named, the others are.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.business_calendar import load_holidays
from cases.history import Actor
from cases.models import Contact
from helpdesk import tasks
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger.account_history import Happened, write_account_history
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.presentation import japanese_date
from helpdesk.register.addressing import addressee_in_force
from helpdesk.register.month_results import hold_year
from helpdesk.settlement import answers, approval, issuing
from helpdesk.settlement.items import month_name
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.models import FAMILIES, BusinessStatement
from helpdesk.settlement.statement_versions import hold_statements
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.issue_statement_document import issue_statement_documents
from mail_templates.rendering import render

KIND = "statement_issue"
_REPORTED_EVERY = 20


def request_issue(
    session: Session, desk: Desk, *, family: str, fiscal_year: int, delivery_month: int, by: Person
) -> Task:
    """通知の発行 of all fixed statements of a family and month (0: of the whole year); committed.

    The same wish that waits already is that one. Raises `NotAllowed`, `Refused` where nothing is fixed or issued.
    """
    require(by, "issue_statements", "精算の通知を発行する")
    month = (fiscal_year, delivery_month)
    states = {each.state for each in newest_statements(session, family, *month)}
    if not states & {"fixed", "issued"}:
        words = "承認が終わった精算がありません。経理責任者の承認のあとに発行してください"
        raise Refused([Problem(f"{FAMILIES.get(family, family)} {month_name(month)}", words)])
    now = desk.clock()
    wish = {"family": family, "fiscal_year": fiscal_year, "delivery_month": delivery_month}
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        stream = f"settlement:{family}:{fiscal_year}"
        history.record(session, stream, "issue_requested", told, by=by, now=now)
    session.commit()
    return task


def run_issue(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """通知の発行 as a task's handler: statement by statement, then the documents of all that are issued.

    `issued`, `documents`, `without_mail` (names) and `refused` ([where, message]) tell what came of it.
    """
    family, month = run.input["family"], (run.input["fiscal_year"], run.input["delivery_month"])
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        by = Actor(task.created_by_id, task.created_by_name)
        waiting = [each.id for each in newest_statements(session, family, *month, state="fixed")]
    run.progress(0, len(waiting), "通知を発行しています")
    without_mail: list[str] = []
    refused: list[list[str]] = []
    for number, statement_id in enumerate(waiting, 1):
        try:
            is_mailed, name = _issue_one(desk, statement_id, family, by)
            if not is_mailed:
                without_mail.append(name)
        except Refused as refusal:
            refused += [[problem.where, problem.message] for problem in refusal.problems]
        fail_point("statement_issue.committed")
        if number % _REPORTED_EVERY == 0:
            run.progress(number, len(waiting), f"{number}件の通知を発行しました")
    with desk.database.read_session() as session:
        issued = [each.id for each in newest_statements(session, family, *month, state="issued")]
    run.progress(len(waiting), len(waiting), "通知書を作成しています")
    total = len(issued)
    documents = issue_statement_documents(
        desk,
        issued,
        by=by,
        progress=lambda done: run.progress(done, total, f"{done}件の通知書を作成しました"),
    )
    return {
        "waiting": len(waiting),
        "issued": len(waiting) - len({where for where, _ in refused}),
        "documents": documents,
        "without_mail": without_mail[: approval.MOST_PROBLEMS],
        "refused": refused[: approval.MOST_PROBLEMS],
    }


def _issue_one(desk: Desk, statement_id: int, family: str, by: Actor) -> tuple[bool, str]:
    """Whether a mail goes out, and the business's name; all of one statement in one commit."""
    now = desk.clock()
    with desk.database.write_session() as session:
        hold_statements(session, family)
        [statement] = approval.read_held(session, [statement_id])
        if family == "capacity":
            hold_year(session, statement.fiscal_year)
        if statement.state in ("issued", "billed"):
            return True, statement.business.name  # by somebody else, meanwhile
        happened = issuing.issue(session, statement, by=by, now=now)
        fail_point("statement_issue.numbered")
        told = _mail(session, desk, statement, happened, by)
        write_account_history(session, [happened, told], by=by, now=now)
        fail_point("statement_issue.before_commit")
        return told.kind == "statement_mailed", statement.business.name


def _mail(
    session: Session, desk: Desk, statement: BusinessStatement, issued: Happened, by: Actor
) -> Happened:
    """発行のお知らせ, once a statement; the account's history says to whom, or why to nobody."""
    to, addressee = _addressee(session, desk, statement)
    about = {"statement": statement.id, "number": statement.number}
    if not to:
        reason = "請求先にも担当者にもメールアドレスがありません。書面で送ってください"
        return Happened(statement.business_id, "statement_not_mailed", about | {"reason": reason})
    try:
        queued = _queue(session, desk, statement, issued, to, addressee, by)
    except (MailNotComposable, Refused) as refused:
        content = about | {"to": to, "reason": f"お知らせのメールを作れません。{refused}"}
        return Happened(statement.business_id, "statement_not_mailed", content)
    return Happened(statement.business_id, "statement_mailed", about | {"to": to, "outbox": queued})


def _queue(
    session: Session,
    desk: Desk,
    statement: BusinessStatement,
    issued: Happened,
    to: str,
    addressee: str,
    by: Actor,
) -> int:
    settings, now = desk.settings, desk.clock()
    rendered = render("statement_issued", _values(session, desk, statement, issued, addressee))
    domain = settings.desk_address.split("@")[1]
    message_id = new_message_id("statement", str(statement.id), settings.secret_key, domain)
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=to,
        subject=rendered.subject,
        body_text=rendered.body,
        auto_submitted="auto-generated",
        date=now,
    )
    return outbox.queue(
        session,
        desk.blobs,
        key=f"statement:{statement.id}",
        kind="statement",
        envelope_from=settings.desk_address,
        to=to,
        subject=rendered.subject,
        raw=raw,
        message_id=message_id,
        by=by,
        now=now,
    ).id


def _values(
    session: Session, desk: Desk, statement: BusinessStatement, issued: Happened, addressee: str
) -> dict[str, Any]:
    settings, days = desk.settings, desk.settings.silence_confirms_after_days
    replaced = issued.content["replaces"]
    until = answers.silence_until(statement, days, load_holidays(session)) if days else None
    return {
        "business_name": statement.business.name,
        "addressee": addressee,
        "title": issuing.TITLES[statement.family],
        "number": statement.number,
        "subject_matter": FAMILIES[statement.family],
        "period": month_name((statement.fiscal_year, statement.delivery_month)),
        "issued_on": japanese_date(in_japan(desk.clock())),
        "replaces": session.get_one(BusinessStatement, replaced).number if replaced else "",
        "portal_url": f"{settings.base_url.rstrip('/')}/portal/statements/{statement.id}",
        "is_provisional": statement.family == "provisional",
        "silence_until": japanese_date(until) if until else "",
        "desk_name": settings.desk_name,
        "desk_address": settings.desk_address,
    }


def _addressee(session: Session, desk: Desk, statement: BusinessStatement) -> tuple[str, str]:
    """Mail address and name: of 請求先 in force, else of the business's first contact with an address."""
    today = in_japan(desk.clock()).date()
    found = addressee_in_force(session, [statement.business_id], today).get(statement.business_id)
    if found is not None and found.mail_address:
        return found.mail_address, f"{found.department} {found.person}".strip() or "ご担当者"
    contact = session.scalars(
        select(Contact)
        .where(Contact.business_id == statement.business_id, Contact.mail_address.is_not(None))
        .order_by(Contact.id)
        .limit(1)
    ).one_or_none()
    if contact is None or not contact.mail_address:
        return "", ""
    return contact.mail_address, f"{contact.department} {contact.name}".strip()
