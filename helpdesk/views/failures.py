"""Which page and status each package's errors become; nothing half-done stays behind."""

import logging

from flask import Flask, Response, g, jsonify, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

import alerts.errors
import calc_core.errors
import cases.errors
import kb.errors
import mail_templates.errors
from helpdesk.errors import HelpdeskError, Problem
from helpdesk.mail.errors import MailError

log = logging.getLogger("helpdesk.request")

_TITLES = {
    400: "リクエストを処理できません",
    401: "サインインしてください",
    403: "権限がありません",
    404: "見つかりません",
    405: "この操作はできません",
    409: "他の人の操作と重なりました",
    413: "ファイルが大きすぎます",
    422: "入力を確認してください",
    500: "システムの問題が起きました",
}
_STALE = "別の人が先に変更しました。画面を読み直してからやり直してください。あなたの入力は保存されていません"


class _Nobody(AnonymousUserMixin):
    """Who an unexpected error is told: the pages' frames ask for roles, and nobody has none."""

    role_names: frozenset[str] = frozenset()


def prepare(app: Flask) -> None:
    """Install the one place that maps errors to pages."""
    app.register_error_handler(HelpdeskError, lambda error: _answer(error.status, error))
    app.register_error_handler(cases.errors.CasesError, lambda error: _answer(_status_of(error), error))
    app.register_error_handler(kb.errors.KnowledgeError, lambda error: _answer(_status_of(error), error))
    app.register_error_handler(alerts.errors.AlertsError, lambda error: _answer(_status_of(error), error))
    app.register_error_handler(calc_core.errors.CalcError, lambda error: _answer(422, error))
    app.register_error_handler(MailError, lambda error: _answer(422, error))
    app.register_error_handler(mail_templates.errors.MailTemplateError, lambda error: _answer(422, error))
    app.register_error_handler(StaleDataError, lambda error: _page(409, _STALE, []))
    app.register_error_handler(
        CSRFError,
        lambda error: _page(400, "画面の有効期限が切れています。画面を読み直してやり直してください", []),
    )
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _status_of(error: Exception) -> int:
    return getattr(error, "status", 409 if "Stale" in type(error).__name__ else 422)


def _answer(status: int, error: Exception) -> tuple[str | Response, int]:
    problems = [Problem(each.where, each.message) for each in getattr(error, "problems", [])]
    return _page(status, "" if problems else str(error), problems)


def _http(error: HTTPException) -> tuple[str | Response, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    explanations = {
        404: "このアドレスのページはありません。移動したか、見る権限のないものかもしれません",
        405: "このアドレスではその操作を受け付けていません",
        413: "送られたデータが大きすぎます。上限を超えない大きさにしてやり直してください",
    }
    return _page(error.code, explanations.get(error.code, "リクエストの内容を確かめてください"), [])


def _unexpected(error: Exception) -> tuple[str | Response, int]:
    g._login_user = _Nobody()  # the page must not ask a database that may be what has failed
    log.exception("request %s failed: %s %s", g.get("request_id"), request.method, request.path)
    text = "処理を中止し、何も変更していません。続くときは画面下の受付番号を添えて管理者に連絡してください"
    return _page(500, text, [])


def _page(status: int, message: str, problems: list[Problem]) -> tuple[str | Response, int]:
    if "session" in g:
        g.session.rollback()
    title = _TITLES.get(status, _TITLES[400 if status < 500 else 500])
    if (
        request.is_json
        or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    ):
        listed = [{"where": each.where, "message": each.message} for each in problems]
        words = message or "。".join(f"{each.where}：{each.message}" for each in problems) or title
        return jsonify(error={"message": words, "problems": listed}), status
    page = render_template(
        "errors/error.html", status=status, title=title, message=message, problems=problems
    )
    return page, status
