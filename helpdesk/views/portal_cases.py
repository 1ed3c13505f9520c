"""事業者の案件: the list, one case with what was said, a reply with files, the files themselves."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from cases import queries as case_queries
from cases.case_filter import CaseFilter
from cases.models import Case
from cases.objection_state import objection_of
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.portal_cases import ACCEPT, read_reply
from helpdesk.queries import portal_cases as queries
from helpdesk.users.permissions import visible_cases
from helpdesk.views.case_files import download
from helpdesk.views.portal import blueprint
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import receive_form
from helpdesk.workflows.receive_objection import withdraw_objection
from helpdesk.workflows.record_access import record_access

_PAGE = 30


def own_case(number: str) -> Case:
    """The case of an address, if it is this business's own."""
    case = case_queries.case_by_number(session(), number, visible=visible_cases(person()))
    if case is None:
        raise NotFound(f"案件 {number[:20]} は見つかりません。番号を確かめてください")
    return case


@blueprint.get("/cases/")
def cases() -> str:
    """The own cases, those that go on or all, newest change first."""
    every = request.args.get("scope") == "all"
    page = case_queries.case_list(
        session(),
        visible=visible_cases(person()),
        filters=CaseFilter(open_only=not every),
        before=request.args.get("older") or None,
        after=request.args.get("newer") or None,
        limit=_PAGE,
    )
    kept: dict[str, Any] = {"scope": "all"} if every else {}
    return render_template(
        "portal_cases/index.html",
        rows=[queries.row_of(row, desk().clock()) for row in page.rows],
        every=every,
        newer_url=url_for("portal.cases", **kept, newer=page.newer) if page.newer else None,
        older_url=url_for("portal.cases", **kept, older=page.older) if page.older else None,
    )


@blueprint.get("/cases/<number>")
def case(number: str) -> str:
    """One case: how far it is, what was said, and the form for a reply."""
    return _page(own_case(number), "", [])


@blueprint.post("/cases/<number>/reply")
def reply(number: str) -> AnyResponse | tuple[str, int]:
    """Add what the business writes to the case."""
    found = own_case(number)
    try:
        form = read_reply(request.form, request.files)
        receive_form.reply(session(), desk(), found, form.text, form.files, by=person())
    except Refused as refused:
        session().rollback()
        return _page(own_case(number), request.form.get("text", ""), refused.problems), refused.status
    flash("送信しました。窓口で確認します", "success")
    return redirect(url_for("portal.case", number=number, _anchor="latest"))


@blueprint.post("/cases/<number>/withdraw")
def withdraw(number: str) -> AnyResponse | tuple[str, int]:
    """Give an own objection up; the case stays and can still be written to."""
    found = own_case(number)
    objected = objection_of(session(), found.id)
    if objected is None:
        raise NotFound(f"案件 {found.number} は異議申立てではありません")
    reason = request.form.get("reason", "").strip()
    try:
        if not reason:
            raise Refused([Problem("取下げの理由", "入力してください")])
        withdraw_objection(session(), desk(), objected, f"事業者ポータルから：{reason}", by=person())
    except Refused as refused:
        session().rollback()
        return _page(own_case(number), "", refused.problems), refused.status
    flash("異議申立てを取り下げました", "success")
    return redirect(url_for("portal.case", number=number))


@blueprint.get("/cases/<number>/received")
def received(number: str) -> str:
    """The confirmation: the number, until when the answer is due, and why then."""
    return render_template("portal_cases/received.html", case=own_case(number))


@blueprint.get("/cases/<number>/attachments/<int:attachment_id>")
def attachment(number: str, attachment_id: int) -> Response:
    """A file of a message, always as a download."""
    found = queries.own_attachment(session(), own_case(number), attachment_id)
    if found is None:
        raise NotFound("その添付ファイルはありません")
    record_access(desk(), "attachment_saved", {"attachment": attachment_id}, by=person())
    return download(desk().blobs.get(found.sha256), found.name)


def _page(found: Case, typed: str, problems: list) -> str:
    values = queries.case_page(
        session(),
        found,
        lambda file: url_for("portal.attachment", number=found.number, attachment_id=file.id),
        desk().clock(),
    )
    return render_template("portal_cases/show.html", **values, typed=typed, problems=problems, accept=ACCEPT)
