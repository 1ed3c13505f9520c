"""ファイルの取込み: files of every kind looked at first, then imported; who imported what, with the bytes as they came."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as Redirection

from calc_core.fiscal_year import calendar_month
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.forms.imports import LARGEST_MEGABYTES, SentFile, read_file
from helpdesk.imports.columns import CellProblem
from helpdesk.imports.import_kind import ImportKind
from helpdesk.imports.kept import ROW_STATES
from helpdesk.imports.kinds import KINDS, LEDGER_KINDS
from helpdesk.imports.touched_months import FOLLOWED_BY_SLOTS
from helpdesk.queries import imports as queries
from helpdesk.users.permissions import can, require
from helpdesk.views.case_files import download
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.import_file import Imported, import_file

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

_SHOWN_ROWS = 200


@blueprint.get("/")
def index() -> str:
    """The files that were imported, the newest first."""
    kinds = _own_kinds()
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else ""
    rows, older = queries.files_imported(
        session(), [kind] if kind else list(kinds), before=request.args.get("older", "")
    )
    kept = {"kind": kind} if kind else {}
    return render_template(
        "imports/index.html",
        rows=rows,
        kinds=kinds,
        kind=kind,
        first_url=url_for("imports.index", **kept) if request.args.get("older") else None,
        older_url=url_for("imports.index", **kept, older=older) if older else None,
    )


@blueprint.get("/new")
def new() -> str:
    """Choose a file, and read what one of its kind must look like."""
    return _form(_own_kinds(), request.args.get("kind", ""), [])


@blueprint.post("/new")
def preview() -> str | tuple[str, int]:
    """Look at what a file would do; nothing is recorded."""
    kinds = _own_kinds()
    try:
        sent = read_file(request.form, request.files, kinds)
        shown = import_file(session(), desk(), sent.kind, sent.name, sent.content, keep=False, by=person())
    except Refused as refused:
        session().rollback()
        return _form(kinds, request.form.get("kind", ""), refused.problems), refused.status
    digest = desk().blobs.put(sent.content)
    rows = shown.checked.rows[:_SHOWN_ROWS]
    return render_template(
        "imports/preview.html",
        shown=shown,
        columns=queries.columns_of_preview(shown.checked.headings),
        rows=list(zip(rows, [*shown.kept.states[: len(rows)], *[""] * len(rows)], strict=False)),
        states=ROW_STATES,
        total=len(shown.checked.rows),
        of_money=sent.kind in LEDGER_KINDS,
        renews=sent.kind in FOLLOWED_BY_SLOTS,
        token=_signer().dumps([sent.kind, sent.name, digest]),
    )


@blueprint.post("/confirm")
def confirm() -> Redirection | tuple[str, int]:
    """Import the file that was looked at."""
    kinds = _own_kinds()
    try:
        sent = _signed_file(request.form.get("file", ""))
        done = import_file(session(), desk(), sent.kind, sent.name, sent.content, keep=True, by=person())
    except Refused as refused:
        session().rollback()
        return _form(kinds, "", refused.problems), refused.status
    if done.changes_nothing:
        flash(f"{done.file}：{done.why_nothing}。何も変わっていません", "info")
    else:
        flash(_told(done), "success")
        if done.renewals:
            flash(_told_renewals(done), "info")
    return redirect(url_for("imports.index", kind=sent.kind))


@blueprint.get("/<int:file_id>/original")
def original(file_id: int) -> Response:
    """The bytes of a file as they were imported."""
    found = queries.imported_file(session(), file_id, _own_kinds())
    return download(desk().blobs.get(found.sha256), found.file_name)


@blueprint.get("/templates/<key>.csv")
def template(key: str) -> Response:
    """The headings of a kind with one example row."""
    kind = _own_kinds().get(key)
    if kind is None:
        raise NotFound("その種類の雛形はありません")
    return download(queries.template_csv(kind), f"{kind.label}.csv")


def _own_kinds() -> dict[str, ImportKind]:
    """What this person may import."""
    found = {key: kind for key, kind in KINDS.items() if can(person(), kind.ability)}
    if not found:
        require(person(), "import_inputs", "ファイルを取り込む")
    return found


def _told(done: Imported) -> str:
    counts = f"登録済み {done.known:,} 件"
    if done.kind.key in LEDGER_KINDS:
        words = f"自動消込 {done.matched:,} 件、完了した入金遅延 {done.settled:,} 件"
        return f"{done.kind.label} {done.new:,} 件を取り込みました（{counts}）。{words}"
    rows = done.new + done.corrected
    return f"{done.kind.label} {rows:,} 件を取り込みました（新規 {done.new:,} 件、訂正 {done.corrected:,} 件、{counts}）"


def _told_renewals(done: Imported) -> str:
    """Which months' slots are being made again; nobody has to ask for it."""
    months = {
        (task.input["fiscal_year"], month)
        for task in done.renewals
        for month in task.input["delivery_months"]
    }
    named = [calendar_month(*each) for each in months]
    words = [f"{year}年{month}月" for year, month in sorted(named)]
    told = "、".join(words) if len(words) <= 3 else f"{words[0]}〜{words[-1]}（{len(words)}か月）"
    return f"{told}分のコマ別データを自動で作り直します。状況は「算定」の画面に出ます。終わってから算定してください"


def _form(kinds: dict[str, ImportKind], key: str, problems: list[Problem]) -> str:
    key = key if key in kinds else next(iter(kinds))
    return render_template(
        "imports/new.html",
        kinds=kinds,
        kind=kinds[key],
        megabytes=LARGEST_MEGABYTES,
        in_file=[problem for problem in problems if isinstance(problem, CellProblem)],
        problems=[problem for problem in problems if not isinstance(problem, CellProblem)],
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="import")


def _signed_file(token: str) -> SentFile:
    """The file that the preview showed, as it was sent."""
    try:
        kind, name, digest = _signer().loads(token)
    except BadData:
        words = "確認した内容を読めません。もう一度ファイルを選んでください"
        raise Refused([Problem("ファイル", words)]) from None
    return SentFile(kind, name, desk().blobs.get(digest))
