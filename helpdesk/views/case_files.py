"""案件の原本と控え: raw mails, attachments, HTML mail behind its own policy, the list as CSV, a case as a file."""

import io
import json

from flask import Response, request, send_file
from sqlalchemy import select

from cases import queries as case_queries
from cases.history import case_events
from cases.kinds import KINDS
from cases.lifecycle import STATE_LABELS
from cases.models import Attachment, Message
from cases.objection_state import objection_of
from helpdesk.documents.case_file import HistoryLine
from helpdesk.documents.csv_lines import write_tables
from helpdesk.documents.document import Column, Table
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.forms.cases import read_case_filter
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.shown_html import shown_html
from helpdesk.queries.cases import timeline
from helpdesk.users.permissions import require, sees_inside, visible_cases
from helpdesk.views.cases import SCOPES, blueprint, load_case
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.export_case import export_case, export_case_file
from helpdesk.workflows.issue_document import issue_decision_letter

_MOST_ROWS = 100_000
_NOTHING_RUNS = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
)


@blueprint.get("/<number>/messages/<int:message_id>/raw")
def raw(number: str, message_id: int) -> Response:
    """The mail exactly as it came or left."""
    message = _message(number, message_id)
    if message.raw_sha256 is None:
        raise NotFound("この記録に原本のメールはありません")
    return download(desk().blobs.get(message.raw_sha256), f"{number}-{message.id}.eml")


@blueprint.get("/<number>/messages/<int:message_id>/html")
def html(number: str, message_id: int) -> Response:
    """The HTML part, sanitised now, under a policy in which nothing runs and nothing is fetched."""
    message = _message(number, message_id)
    if not message.has_html or message.raw_sha256 is None:
        raise NotFound("このメールに HTML の部分はありません")
    mail = parse_mail(desk().blobs.get(message.raw_sha256), raw_sha256=message.raw_sha256)
    clean = shown_html(mail.html)
    if clean is None:
        raise NotFound(
            "この HTML は大きすぎるか入り組みすぎているため表示できません。本文（テキスト）か原本をご覧ください"
        )
    page = f'<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><title>HTML メール</title>{clean}'
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _NOTHING_RUNS
    return response


@blueprint.get("/<number>/attachments/<int:attachment_id>")
def attachment(number: str, attachment_id: int) -> Response:
    """An attachment, always as a download: nothing of it runs here."""
    case = load_case(number)
    found = session().scalar(
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.id == attachment_id, Message.case_id == case.id)
    )
    if found is None:
        raise NotFound("その添付ファイルはありません")
    return download(desk().blobs.get(found.sha256), found.name)


@blueprint.get("/<number>/export")
def export(number: str) -> Response:
    """The case with its history as one JSON file; that it was taken stands in the history."""
    case = load_case(number)
    _require_inside()
    document = export_case(desk(), case.id, by=person())
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return download(text.encode("utf-8"), f"case-{case.number}.json")


@blueprint.get("/<number>/file.<any(pdf, docx):file_format>")
def case_file(number: str, file_format: str) -> Response:
    """The case as a document to print and hand over; that it was taken stands in the history."""
    case = load_case(number)
    _require_inside()
    told = timeline(case_events(session(), case.id))
    lines = [HistoryLine(each["at"], each["actor"], each["title"], each["detail"]) for each in reversed(told)]
    made = export_case_file(desk(), case.id, file_format=file_format, lines=lines, by=person())
    return download(made.content, made.file_name)


@blueprint.get("/<number>/decision.<any(pdf, docx):file_format>")
def decision_letter(number: str, file_format: str) -> Response:
    """異議申立て決定通知書 of the case, as it was issued; there is none before the decision."""
    case = load_case(number)
    _require_inside()
    require(person(), "see_results", "決定通知書を見る")
    objection = objection_of(session(), case.id)
    if objection is None:
        raise NotFound("この案件に異議申立てはありません")
    made = issue_decision_letter(desk(), objection.id, file_format=file_format, by=person())
    return download(made.content, made.file_name)


@blueprint.get("/list.csv")
def export_list() -> Response:
    """The list as filtered, as CSV: only what the person may see."""
    require(person(), "export_reports", "一覧を書き出す")
    scope = request.args.get("scope", "open")
    scope = scope if scope in SCOPES else "open"
    now = desk().clock()
    filters = read_case_filter(request.args).to_filter(scope, person(), now)
    rows = case_queries.case_rows(
        session(), visible=visible_cases(person()), filters=filters, limit=_MOST_ROWS
    )
    columns = ("案件番号", "種類", "件名", "事業者", "状態", "担当")
    table = Table(
        title=f"案件一覧（{SCOPES[scope]}）",
        columns=[
            *(Column(label) for label in columns),
            *(Column(label, "moment") for label in ("受付", "回答期限", "更新")),
        ],
        rows=[
            [
                row.number,
                KINDS[row.kind],
                row.subject,
                row.business_name or "",
                STATE_LABELS[row.status],
                row.assignee_name,
                row.received_at,
                row.due_at,
                row.updated_at,
            ]
            for row in rows
        ],
    )
    return download(write_tables([table]), "cases.csv")


def _require_inside() -> None:
    if not sees_inside(person()):
        raise NotAllowed("控えを保存する権限がありません。控えには窓口内部の記録が含まれます")


def _message(number: str, message_id: int) -> Message:
    case = load_case(number)
    message = session().get(Message, message_id)
    if message is None or message.case_id != case.id:
        raise NotFound("そのメールはこの案件にありません")
    return message


def download(content: bytes, name: str) -> Response:
    """As a file, whatever it is; a Japanese name is told in the form that headers can carry (RFC 6266)."""
    response = send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        max_age=0,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response
