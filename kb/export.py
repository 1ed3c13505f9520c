"""記事の書き出しと読み込み: the published texts as files, everything with all revisions as JSON, and a file back in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from kb import articles
from kb.article_file import ArticleFile, compose, parse
from kb.articles import Happened, Person
from kb.manuscript import CONTENT, Manuscript
from kb.models import Article, Revision

FORMAT = "kb-articles/1"


def published_files(session: Session, *, visible: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
    """File name and text of each published article, ordered by stem."""
    statement = (
        select(Article, Revision)
        .join(Revision, Revision.id == Article.published_revision_id)
        .where(visible, Article.archived.is_(False))
        .order_by(Article.stem)
    )
    for article, revision in session.execute(statement):
        entry = ArticleFile(article.stem, article.kind, article.category, manuscript_of(revision))
        yield f"{article.stem}.md", compose(entry, revision=revision.number, status=revision.status)


def whole_history(session: Session, *, visible: ColumnElement[bool]) -> dict[str, Any]:
    """All articles with all revisions, who wrote and who approved them; ready for JSON."""
    statement = select(Article).where(visible).order_by(Article.stem).options(selectinload(Article.revisions))
    return {"format": FORMAT, "articles": [_article(article) for article in session.scalars(statement)]}


def import_file(session: Session, text: str, *, by: Person, now: datetime) -> Happened:
    """A file becomes a draft of `by`: of a new article, or the next revision of the one with its stem."""
    entry = parse(text)
    article = session.scalar(select(Article).where(Article.stem == entry.stem))
    if article is not None:
        return articles.revise(session, article, entry.manuscript, by=by, now=now)
    return articles.create(
        session,
        stem=entry.stem,
        kind=entry.kind,
        category=entry.category,
        manuscript=entry.manuscript,
        by=by,
        now=now,
    )


def manuscript_of(revision: Revision) -> Manuscript:
    """The content of a revision, for a file or as the beginning of the next revision."""
    return Manuscript(**{name: getattr(revision, name) for name in CONTENT})


def _article(article: Article) -> dict[str, Any]:
    return {
        "stem": article.stem,
        "kind": article.kind,
        "category": article.category,
        "archived": article.archived,
        "created_at": article.created_at.isoformat(),
        "revisions": [_revision(revision) for revision in article.revisions],
    }


def _revision(revision: Revision) -> dict[str, Any]:
    times = {name: getattr(revision, name) for name in ("created_at", "submitted_at", "reviewed_at")}
    return {
        "number": revision.number,
        "status": revision.status,
        **{name: getattr(revision, name) for name in CONTENT},
        "author": revision.author_name,
        "reviewer": revision.reviewer_name,
        "review_note": revision.review_note,
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
    }
