"""一覧: what the screens of the knowledge base list; every list takes a `visible` condition and is paged by key.

A page costs one statement, whatever the number of articles. What a reader may see is decided by the application
and arrives as a condition on Article.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kb.errors import InvalidArticle, Problem
from kb.models import Article, Revision

PAGE_SIZE = 50


@dataclass(frozen=True)
class Cursor:
    """続きの位置: where the next page begins, as text that fits into a URL."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor in a URL. Raises InvalidArticle for anything else."""
        at, _, number = text.rpartition("_")
        try:
            cursor = cls(datetime.fromisoformat(at), int(number))
        except ValueError:
            cursor = None
        if cursor is None or cursor.at.tzinfo is None or not 0 <= cursor.id < 2**31:
            raise InvalidArticle(
                [Problem("続きの位置", "読み取れません。一覧を最初から開き直してください。")]
            )
        return cursor


@dataclass(frozen=True)
class Row:
    """一覧の行: an article, its title, and the revision that is being worked on, if any."""

    article: Article
    title: str
    open_status: str | None
    open_number: int | None


@dataclass(frozen=True)
class Page:
    """一覧の頁: rows and where the next page begins; None at the end."""

    rows: tuple[Any, ...]
    next: Cursor | None


def list_articles(
    session: Session,
    *,
    visible: ColumnElement[bool],
    kind: str | None = None,
    category: str | None = None,
    archived: bool = False,
    only_published: bool = False,
    after: Cursor | None = None,
    limit: int = PAGE_SIZE,
) -> Page:
    """記事一覧: newest change first. The title is the published one, or the newest there is."""
    published, opened = aliased(Revision), aliased(Revision)
    newest_title = (
        select(Revision.title)
        .where(Revision.article_id == Article.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(Article, func.coalesce(published.title, newest_title, ""), opened.status, opened.number)
        .outerjoin(published, published.id == Article.published_revision_id)
        .outerjoin(opened, and_(opened.article_id == Article.id, opened.status.in_(("draft", "in_review"))))
        .where(visible, Article.archived.is_(archived))
        .order_by(Article.updated_at.desc(), Article.id.desc())
        .limit(limit + 1)
    )
    if kind is not None:
        statement = statement.where(Article.kind == kind)
    if category is not None:
        statement = statement.where(Article.category == category)
    if only_published:
        statement = statement.where(Article.published_revision_id.is_not(None))
    if after is not None:
        same_time = and_(Article.updated_at == after.at, Article.id < after.id)
        statement = statement.where(or_(Article.updated_at < after.at, same_time))
    rows = [Row(*row) for row in session.execute(statement)]
    return _page(rows, limit, lambda row: Cursor(row.article.updated_at, row.article.id))


def list_in_review(
    session: Session,
    *,
    visible: ColumnElement[bool],
    not_by: int | None = None,
    after: Cursor | None = None,
    limit: int = PAGE_SIZE,
) -> Page:
    """審査待ち: revisions in review with their articles, longest waiting first; `not_by` leaves out an author."""
    statement = (
        select(Revision, Article)
        .join(Article, Article.id == Revision.article_id)
        .where(visible, Revision.status == "in_review")
        .order_by(Revision.submitted_at, Revision.id)
        .limit(limit + 1)
    )
    if not_by is not None:
        statement = statement.where(Revision.author_id != not_by)
    if after is not None:
        same_time = and_(Revision.submitted_at == after.at, Revision.id > after.id)
        statement = statement.where(or_(Revision.submitted_at > after.at, same_time))
    rows = session.execute(statement).all()
    return _page(rows, limit, lambda row: Cursor(row[0].submitted_at, row[0].id))


def article_by_stem(session: Session, stem: str, *, visible: ColumnElement[bool]) -> Article | None:
    """記事: by its stem, if it may be seen."""
    return session.scalar(select(Article).where(Article.stem == stem, visible))


def list_revisions(session: Session, article: Article, *, visible: ColumnElement[bool]) -> list[Revision]:
    """改訂履歴: all revisions of an article, newest first."""
    statement = select(Revision).join(Article, Article.id == Revision.article_id)
    return list(
        session.scalars(
            statement.where(Revision.article_id == article.id, visible).order_by(Revision.number.desc())
        )
    )


def count_in_review(session: Session, *, visible: ColumnElement[bool], not_by: int | None = None) -> int:
    """審査待ちの件数: for the counter beside the menu."""
    statement = select(func.count()).select_from(Revision).join(Article, Article.id == Revision.article_id)
    statement = statement.where(visible, Revision.status == "in_review")
    if not_by is not None:
        statement = statement.where(Revision.author_id != not_by)
    return session.scalar(statement) or 0


def _page(rows: Any, limit: int, cursor_of: Any) -> Page:
    shown = tuple(rows[:limit])
    return Page(shown, cursor_of(shown[-1]) if len(rows) > limit and shown else None)
