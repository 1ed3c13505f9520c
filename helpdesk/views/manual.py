"""使い方: the operation manual inside the application, page by page, searched, and as a file (requirement B9.1)."""

from flask import Blueprint, Response, render_template, request

from helpdesk.documents import operation_manual
from helpdesk.documents.formats import CONTENT_TYPES, write
from helpdesk.errors import NotFound
from helpdesk.manual.contents import FIRST, OF_BUSINESSES, Page, find, pages
from helpdesk.users.permissions import can
from helpdesk.views.keyboard import KEYS
from helpdesk.views.request import desk, person
from kb.rendering import render

blueprint = Blueprint("manual", __name__, url_prefix="/help")


@blueprint.get("/")
def index() -> str:
    """All pages, or the places that a search found."""
    wanted = request.args.get("q", "").strip()[:200]
    readable = _readable()
    hits = [hit for hit in find(wanted) if hit.page in readable]
    return render_template("manual/index.html", pages=readable, wanted=wanted, hits=hits, render=render)


@blueprint.get("/<stem>")
def show(stem: str) -> str:
    """One page."""
    readable = _readable()
    page = next((each for each in readable if each.stem == stem), None)
    if page is None:
        raise NotFound("そのページはマニュアルにありません。目次から選んでください")
    following = readable[readable.index(page) + 1 :]
    return render_template(
        "manual/show.html",
        page=page,
        pages=readable,
        following=following[0] if following else None,
        keys=KEYS if stem == FIRST else (),
        render=render,
    )


@blueprint.get("/manual.<any(pdf, docx):file_format>")
def download(file_format: str) -> Response:
    """Whatever this person may read, as one file."""
    document = operation_manual.document_of(
        _readable(), sender=desk().settings.desk_name, created=desk().clock()
    )
    answer = Response(write(document, file_format), mimetype=CONTENT_TYPES[file_format])
    answer.headers.set("Content-Disposition", "attachment", filename=f"manual.{file_format}")
    return answer


def _readable() -> list[Page]:
    """A person of a business reads his own page; the desk reads all."""
    in_portal = can(person(), "use_portal")
    return [page for page in pages() if not in_portal or page.stem == OF_BUSINESSES]
