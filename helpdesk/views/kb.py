"""ナレッジ: FAQ and talk scripts: searching, reading, writing, reviewing, publishing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, true
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from helpdesk.errors import NotFound, Refused
from helpdesk.forms.fields import row_number
from helpdesk.forms.kb import read_manuscript
from helpdesk.users.permissions import can, require
from helpdesk.views.request import desk, person, session
from helpdesk.workflows.edit_knowledge import carry_out
from kb import articles, comparison, queries
from kb.categories import CATEGORIES, KINDS, STATUS_NAMES
from kb.errors import IndexUnavailable, InvalidArticle
from kb.manuscript import CONTENT
from kb.models import Article, Revision
from kb.rendering import render
from kb.search import search

blueprint = Blueprint("kb", __name__, url_prefix="/kb")


@blueprint.before_request
def _only_readers() -> None:
    require(person(), "read_knowledge", "ナレッジを見る")


def visible_articles() -> ColumnElement[bool]:
    """Whoever reads the knowledge base sees all of it."""
    return true()


@blueprint.get("/")
def index() -> str:
    """The list, or what a search found."""
    wanted, kind = request.args.get("q", "").strip()[:200], request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    category = request.args.get("category", "")
    category = category if category in CATEGORIES else ""
    hits, unavailable = [], ""
    if wanted:
        try:
            desk().knowledge.follow(session())
            hits = search(desk().knowledge, wanted, kind=kind or None, limit=30)
        except IndexUnavailable as error:
            unavailable = str(error)
    after = queries.Cursor.parse(request.args["after"]) if request.args.get("after") else None
    page = queries.list_articles(
        session(), visible=visible_articles(), kind=kind or None, category=category or None, after=after
    )
    reviews = (
        queries.list_in_review(session(), visible=visible_articles()) if _may("publish_knowledge") else None
    )
    return render_template(
        "kb/index.html",
        wanted=wanted,
        kind=kind,
        category=category,
        hits=hits,
        unavailable=unavailable,
        page=page,
        reviews=reviews.rows if reviews else (),
        kinds=KINDS,
        categories=CATEGORIES,
        statuses=STATUS_NAMES,
        may_write=_may("write_knowledge"),
    )


@blueprint.get("/new")
def new() -> str:
    """An empty article."""
    require(person(), "write_knowledge", "記事を書く")
    return _form(None, request.args, [])


@blueprint.post("/new")
def create() -> str | Response | tuple[str, int]:
    """A new article with its first draft."""
    require(person(), "write_knowledge", "記事を書く")
    form = request.form
    try:
        happened = carry_out(
            session(),
            articles.create,
            stem=form.get("stem", "").strip(),
            kind=form.get("kind", ""),
            category=form.get("category", ""),
            manuscript=read_manuscript(form),
            by=person(),
            now=desk().clock(),
        )
    except (InvalidArticle, Refused) as refused:
        session().rollback()
        return _form(None, form, refused.problems), 422
    flash("下書きを保存しました。内容を確かめて、審査に提出してください", "success")
    return redirect(url_for("kb.show", stem=happened.article.stem, revision=1))


@blueprint.get("/<stem>")
def show(stem: str) -> str:
    """One article: the published text, or the revision asked for, with its history."""
    article = _article(stem)
    revisions = queries.list_revisions(session(), article, visible=visible_articles())
    shown = _chosen(article, revisions)
    published = next((each for each in revisions if each.id == article.published_revision_id), None)
    changes = comparison.compare(published, shown) if published and shown.number > published.number else []
    return render_template(
        "kb/show.html",
        article=article,
        revisions=revisions,
        shown=shown,
        published=published,
        changes=changes,
        html=render(shown.body),
        kinds=KINDS,
        categories=CATEGORIES,
        statuses=STATUS_NAMES,
        may_write=_may("write_knowledge"),
        may_publish=_may("publish_knowledge") and shown.author_id != person().id,
        is_author=shown.author_id == person().id,
        has_open=any(each.status in ("draft", "in_review") for each in revisions),
    )


@blueprint.get("/<stem>/edit")
def edit(stem: str) -> str:
    """The form: one's own draft, or a new revision that begins with the newest text."""
    require(person(), "write_knowledge", "記事を書く")
    article = _article(stem)
    revisions = queries.list_revisions(session(), article, visible=visible_articles())
    start = next((each for each in revisions if each.status == "draft"), revisions[0])
    values = {name: getattr(start, name) for name in CONTENT}
    values |= {"valid_from": start.valid_from_fiscal_year, "valid_to": start.valid_to_fiscal_year}
    values["version"] = start.version if start.status == "draft" else ""
    return _form(article, {key: "" if value is None else str(value) for key, value in values.items()}, [])


@blueprint.post("/<stem>/edit")
def save(stem: str) -> str | Response | tuple[str, int]:
    """Save one's draft, or begin a new revision."""
    require(person(), "write_knowledge", "記事を書く")
    article, form = _article(stem), request.form
    now = desk().clock()
    try:
        manuscript = read_manuscript(form)
        draft = articles.open_revision(session(), article)
        expected = row_number(form.get("version", ""))
        if expected and draft is not None:
            happened = carry_out(
                session(),
                articles.edit_draft,
                draft,
                manuscript,
                by=person(),
                now=now,
                expected_version=expected,
            )
        else:
            happened = carry_out(session(), articles.revise, article, manuscript, by=person(), now=now)
    except (InvalidArticle, Refused) as refused:
        session().rollback()
        return _form(article, form, refused.problems), 422
    flash("下書きを保存しました", "success")
    return redirect(url_for("kb.show", stem=stem, revision=happened.revision.number))


@blueprint.post("/<stem>/<int:number>/<any(submit, publish, reject, withdraw):step>")
def move(stem: str, number: int, step: str) -> Response:
    """A step of a revision's life."""
    needed = "publish_knowledge" if step in ("publish", "reject") else "write_knowledge"
    require(person(), needed, "この操作をする")
    revision = _revision(_article(stem), number)
    more: dict[str, Any] = {} if step == "submit" else {"note": request.form.get("note", "").strip()[:2000]}
    carry_out(session(), getattr(articles, step), revision, by=person(), now=desk().clock(), **more)
    told = {
        "submit": "審査に提出しました。別の人が公開します",
        "publish": "公開しました。検索と提案にまもなく反映されます",
        "reject": "差し戻しました",
        "withdraw": "取り下げました",
    }
    flash(told[step], "success")
    return redirect(url_for("kb.show", stem=stem, revision=number))


def _may(ability: str) -> bool:
    return can(person(), ability)


def _article(stem: str) -> Article:
    article = queries.article_by_stem(session(), stem, visible=visible_articles())
    if article is None:
        raise NotFound("その記事はありません。検索して探してください")
    return article


def _revision(article: Article, number: int) -> Revision:
    for revision in queries.list_revisions(session(), article, visible=visible_articles()):
        if revision.number == number:
            return revision
    raise NotFound(f"第{number}版はありません")


def _chosen(article: Article, revisions: list[Revision]) -> Revision:
    number = request.args.get("revision", "")
    for revision in revisions:
        if number == str(revision.number) or (not number and revision.id == article.published_revision_id):
            return revision
    if number:
        raise NotFound(f"第{number[:10]}版はありません")
    return revisions[0]


def _form(article: Article | None, values: MultiDict | dict, problems: Any) -> str:
    return render_template(
        "kb/edit.html", article=article, values=values, problems=problems, kinds=KINDS, categories=CATEGORIES
    )
