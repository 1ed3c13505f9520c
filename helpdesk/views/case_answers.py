"""案件の回答: drafting, asking for release, releasing. Part of the case's screen."""

from flask import flash, jsonify, request
from werkzeug.wrappers import Response

from cases.errors import CasesError
from cases.models import Answer
from helpdesk.errors import NotFound, Refused
from helpdesk.forms.cases import AnswerForm, read_answer
from helpdesk.forms.fields import row_number
from helpdesk.views.cases import back_to, blueprint, load_case, work_on
from helpdesk.views.request import desk, person, session
from helpdesk.workflows import answer_case

_MOST_REASONS = 5
_TEMPLATES = ("case_answer", "case_answer_with_calculation")


@blueprint.post("/<number>/answers")
def draft_answer(number: str) -> Response:
    """Begin a draft."""
    case = work_on(number)
    template = request.form.get("template", "")
    if template not in _TEMPLATES:
        raise NotFound("そのひな型はありません")
    answer_case.draft(session(), desk(), case, template, by=person())
    return back_to(case, "answer")


@blueprint.post("/<number>/answers/<int:answer_id>")
def save_answer(number: str, answer_id: int) -> Response:
    """Keep what was typed, and ask for the release where that was pressed."""
    case = work_on(number)
    answer = _answer(case.id, answer_id)
    form = read_answer(request.form)
    _save(answer, form)
    if request.form.get("do") != "submit":
        flash("下書きを保存しました", "success")
        return back_to(case, "answer")
    try:
        answer_case.submit(session(), desk(), answer, by=person())
    except (Refused, CasesError) as refused:
        session().rollback()
        for words in _reasons(refused):
            flash(words, "danger")
        return back_to(case, "answer")
    flash("承認を依頼しました。別の人が確かめて送信します", "success")
    return back_to(case, "answer")


@blueprint.post("/<number>/answers/<int:answer_id>/autosave")
def autosave_answer(number: str, answer_id: int) -> Response:
    """The draft as it is being typed (JSON); answers with the new version for the next save."""
    answer = _answer(work_on(number).id, answer_id)
    typed = request.get_json(silent=True)
    values = {str(key): str(value) for key, value in typed.items()} if isinstance(typed, dict) else {}
    _save(answer, read_answer(values))
    return jsonify(version=answer.version)


@blueprint.post("/<number>/answers/<int:answer_id>/return")
def return_answer(number: str, answer_id: int) -> Response:
    """Give the draft back to its author."""
    case = load_case(number)
    note = request.form.get("note", "")[:2000]
    answer_case.give_back(session(), desk(), _answer(case.id, answer_id), note, by=person())
    flash("差し戻しました", "success")
    return back_to(case, "answer")


@blueprint.post("/<number>/answers/<int:answer_id>/withdraw")
def withdraw_answer(number: str, answer_id: int) -> Response:
    """Give the draft up."""
    case = work_on(number)
    answer_case.withdraw(session(), desk(), _answer(case.id, answer_id), by=person())
    flash("下書きを取り下げました", "success")
    return back_to(case, "answer")


@blueprint.post("/<number>/answers/<int:answer_id>/release")
def release_answer(number: str, answer_id: int) -> Response:
    """Approve and send."""
    case = load_case(number)
    version = row_number(request.form.get("version", ""))
    sent = answer_case.release(session(), desk(), _answer(case.id, answer_id), version=version, by=person())
    flash("承認しました。まもなく送信されます", "success")
    return back_to(case, f"message-{sent.id}")


def _save(answer: Answer, form: AnswerForm) -> None:
    answer_case.save(
        session(),
        desk(),
        answer,
        subject=form.subject,
        body=form.body,
        version=form.version,
        seen_message_id=form.seen_message_id,
        by=person(),
    )


def _reasons(refused: Exception) -> list[str]:
    """Every reason, or the first few of very many: the page must stay readable."""
    found = [f"{each.where}：{each.message}" for each in getattr(refused, "problems", [])] or [str(refused)]
    rest = len(found) - _MOST_REASONS
    return (
        [*found[:_MOST_REASONS], f"ほかに {rest} 件あります。直してからもう一度依頼してください"]
        if rest > 0
        else found
    )


def _answer(case_id: int, answer_id: int) -> Answer:
    answer = session().get(Answer, answer_id)
    if answer is None or answer.case_id != case_id:
        raise NotFound("その下書きはありません。画面を読み直してください")
    return answer
