"""振込: what is to be paid and what became of it, the file for the bank, the bank's files with results and deposits."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as Redirection

from cases.business_calendar import BANK, load_holidays
from helpdesk.clock import in_japan
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.forms.transfers import LARGEST_MEGABYTES, read_bank_upload, read_value_day
from helpdesk.ledger.models import BANK_FILE_KINDS, TRANSFER_OUTCOMES
from helpdesk.ledger.reversing import reversals_of
from helpdesk.queries import transfers as queries
from helpdesk.register.models.addressing import ACCOUNT_KINDS
from helpdesk.users.permissions import can, require
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.order_transfers import order_transfers, preview_order
from helpdesk.workflows.read_bank_file import BankFileRead, read_bank_file

blueprint = Blueprint("transfers", __name__, url_prefix="/transfers")

_TONES = {"ordered": "info", "paid": "success", "failed": "danger", "returned": "warning"}


@blueprint.before_request
def _only_who_sees_the_ledger() -> None:
    require(person(), "see_ledger", "振込を見る")


@blueprint.get("/")
def index() -> str:
    """The payments, those to be made first of all."""
    return _index([])


@blueprint.get("/<int:payment_id>")
def show(payment_id: int) -> str:
    """One payment and every attempt to transfer it."""
    payment, transfers = queries.payment_page(session(), payment_id)
    return render_template("transfers/show.html", payment=payment, transfers=transfers, **_words())


@blueprint.get("/order")
def order() -> str | tuple[str, int]:
    """Look at what a request of this day would hold; nothing is written."""
    require(person(), "order_transfers", "振込を依頼する")
    try:
        value_on = read_value_day(request.args)
        proposal, shown = preview_order(session(), desk(), value_on=value_on)
    except Refused as refused:
        return _index(refused.problems), refused.status
    return render_template("transfers/order.html", proposal=proposal, shown=shown, **_words())


@blueprint.post("/order")
def confirm_order() -> Redirection | tuple[str, int]:
    """Write the request that was looked at."""
    try:
        value_on = read_value_day(request.form)
        file, _ = order_transfers(
            session(), desk(), value_on=value_on, shown=request.form.get("shown", ""), by=person()
        )
    except Refused as refused:
        session().rollback()
        return _index(refused.problems), refused.status
    except Conflict as changed:
        session().rollback()
        flash(str(changed), "warning")
        return redirect(url_for("transfers.order", on=value_on.isoformat()))
    words = f"{file.rows:,} 件・{file.amount_yen:,}円の振込依頼ファイルを作りました。ダウンロードして銀行に送ってください"
    flash(words, "success")
    return redirect(url_for("transfers.file", file_id=file.id))


@blueprint.get("/files")
def files() -> str:
    """The files to and from the bank."""
    kind = request.args.get("kind", "")
    rows, older = queries.bank_files(session(), kind=kind, before=request.args.get("older", ""))
    kept = {"kind": kind} if kind in BANK_FILE_KINDS else {}
    return render_template(
        "transfers/files.html",
        rows=rows,
        kind=kind,
        first_url=url_for("transfers.files", **kept) if request.args.get("older") else None,
        older_url=url_for("transfers.files", **kept, older=older) if older else None,
        **_words(),
    )


@blueprint.get("/files/<int:file_id>")
def file(file_id: int) -> str:
    """One file and what it did."""
    found = queries.bank_file(session(), file_id)
    receipts = queries.receipts_of_file(session(), found)
    return render_template(
        "transfers/file.html",
        file=found,
        transfers=queries.transfers_of_file(session(), found),
        receipts=receipts,
        reversals=reversals_of(session(), [each.id for each in receipts]),
        most=queries.FILE_ROWS,
        **_words(),
    )


@blueprint.get("/files/<int:file_id>/content")
def content(file_id: int) -> Response:
    """The bytes of a file as they were written or read."""
    require(person(), "read_bank_files", "銀行のファイルをダウンロードする")
    found = queries.bank_file(session(), file_id)
    return download(desk().blobs.get(found.sha256), found.file_name)


@blueprint.get("/read")
def read() -> str:
    """Choose a file of the bank."""
    require(person(), "read_bank_files", "銀行のファイルを読み込む")
    return _read_form([])


@blueprint.post("/read")
def preview_file() -> str | tuple[str, int]:
    """Look at what a file would do; nothing is recorded."""
    try:
        name, sent = read_bank_upload(request.files)
        shown = read_bank_file(session(), desk(), name, sent, keep=False, by=person())
    except Refused as refused:
        session().rollback()
        return _read_form(refused.problems), refused.status
    session().rollback()
    token = _signer().dumps([name, desk().blobs.put(sent)])
    return render_template(
        "transfers/preview.html", shown=shown, token=token, most=queries.FILE_ROWS, **_words()
    )


@blueprint.post("/read/confirm")
def confirm_file() -> Redirection | tuple[str, int]:
    """Record the file that was looked at."""
    try:
        name, digest = _signed(request.form.get("file", ""))
        done = read_bank_file(session(), desk(), name, desk().blobs.get(digest), keep=True, by=person())
    except Refused as refused:
        session().rollback()
        return _read_form(refused.problems), refused.status
    flash(_told(done), "info" if done.changes_nothing else "success")
    for words in done.urgent[:10]:
        flash(words, "warning")
    return redirect(url_for("transfers.file", file_id=done.file_id))


def _index(problems: list[Problem]) -> str:
    scope = request.args.get("scope", queries.DUE)
    scope = scope if scope in queries.SCOPES else queries.DUE
    text = request.args.get("q", "").strip()[:60]
    today = in_japan(desk().clock()).date()
    found = queries.payment_list(
        session(), scope=scope, today=today, text=text, after=request.args.get("after", "")
    )
    kept = {"scope": scope} | ({"q": text} if text else {})
    first_day = found.rows[0].payment.pay_on if found.rows and scope in queries.TO_BE_MADE else today
    tomorrow = today + timedelta(days=1)
    next_day = BANK.next_open_day(max(first_day, tomorrow), load_holidays(session()))
    return render_template(
        "transfers/index.html",
        found=found,
        scope=scope,
        text=text,
        problems=problems,
        today=today,
        on=(request.values.get("on") or next_day.isoformat())[:10],
        tabs=[
            {
                "label": label,
                "url": url_for("transfers.index", scope=key),
                "active": key == scope,
                "count": found.counts[key],
            }
            for key, label in queries.SCOPES.items()
        ],
        first_url=url_for("transfers.index", **kept) if request.args.get("after") else None,
        more_url=url_for("transfers.index", **kept, after=found.after) if found.after else None,
        **_words(),
    )


def _read_form(problems: list[Problem]) -> str:
    return render_template(
        "transfers/read.html",
        problems=[each for each in problems if each.where == "ファイル"],
        in_file=[each for each in problems if each.where != "ファイル"],
        megabytes=LARGEST_MEGABYTES,
    )


def _told(done: BankFileRead) -> str:
    if done.changes_nothing:
        return (
            f"{done.label}「{done.file_name}」は {done.total:,} 件すべてが登録済みです。何も変わっていません"
        )
    if done.outcomes:
        counts = "、".join(f"{TRANSFER_OUTCOMES[key]} {count:,} 件" for key, count in done.outcomes.items())
        return f"{done.label} {done.new:,} 件を記録しました（{counts}、登録済み {done.known:,} 件）"
    words = f"自動消込 {done.matched:,} 件、完了した入金遅延 {done.settled:,} 件"
    if done.reversed_:
        words += f"。入金の取消 {done.reversed_:,} 件"
    return f"入金 {done.new:,} 件を記録しました（登録済み {done.known:,} 件）。{words}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bank file")


def _signed(token: str) -> tuple[str, str]:
    """The name and the digest of the file that the preview showed."""
    try:
        name, digest = _signer().loads(token)
    except BadData:
        words = "確認した内容を読めません。もう一度ファイルを選んでください"
        raise Refused([Problem("ファイル", words)]) from None
    return name, digest


def _words() -> dict:
    return {
        "outcomes": TRANSFER_OUTCOMES,
        "tones": _TONES,
        "file_kinds": BANK_FILE_KINDS,
        "account_kinds": ACCOUNT_KINDS,
        "may_order": can(person(), "order_transfers"),
        "may_register": can(person(), "keep_addressees"),
        "may_read": can(person(), "read_bank_files"),
    }
