"""記事の作成・改訂・審査・公開: what may happen to an article, who may do it, and what has then happened.

A text is written by one person and published by another (四つの目). Services change the session and return what
happened, so that the application can record it in its history; they never commit and never read the clock.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kb.categories import STATUS_NAMES
from kb.errors import (
    FourEyesRefused,
    InvalidArticle,
    Problem,
    RevisionFrozen,
    StaleArticle,
    TransitionRefused,
)
from kb.manuscript import CONTENT, Manuscript, problems_of_article, problems_of_manuscript
from kb.models import Article, IndexChange, Revision


class Person(Protocol):
    """Who acts: any object with an id and a name to show."""

    @property
    def id(self) -> int: ...

    @property
    def display_name(self) -> str: ...


@dataclass(frozen=True)
class Happened:
    """できごと: an event for the history; `content` is ready for JSON."""

    kind: str
    article: Article
    revision: Revision | None
    content: dict[str, Any]


def create(
    session: Session,
    *,
    stem: str,
    kind: str,
    category: str,
    manuscript: Manuscript,
    by: Person,
    now: datetime,
) -> Happened:
    """新規作成: a new article whose first revision is a draft of `by`. Raises InvalidArticle."""
    problems = [*problems_of_article(stem, kind, category), *problems_of_manuscript(manuscript)]
    if session.scalar(select(Article.id).where(Article.stem == stem)) is not None:
        problems.append(
            Problem("記事名", f"「{stem}」は既にあります。別の名前にするか、その記事を改訂してください。")
        )
    if problems:
        raise InvalidArticle(problems)
    article = Article(stem=stem, kind=kind, category=category, archived=False, created_at=now, updated_at=now)
    session.add(article)
    session.flush()
    return _add_draft(session, article, manuscript, by=by, now=now, kind="kb.article_created")


def revise(
    session: Session, article: Article, manuscript: Manuscript, *, by: Person, now: datetime
) -> Happened:
    """改訂の開始: a new draft beside the published text. Refused while another draft or review is open."""
    if article.archived:
        raise TransitionRefused(
            f"記事「{article.stem}」は保管済みです。改訂するには先に保管を解除してください。"
        )
    unfinished = open_revision(session, article)
    if unfinished is not None:
        raise TransitionRefused(
            f"記事「{article.stem}」には{unfinished.author_name}さんの第{unfinished.number}版"
            f"({STATUS_NAMES[unfinished.status]})があります。それを仕上げるか取り下げてから改訂してください。"
        )
    problems = list(problems_of_manuscript(manuscript))
    if problems:
        raise InvalidArticle(problems)
    return _add_draft(session, article, manuscript, by=by, now=now, kind="kb.revision_drafted")


def edit_draft(
    session: Session,
    revision: Revision,
    manuscript: Manuscript,
    *,
    by: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Happened:
    """下書きの編集: only by its author; `expected_version` is the version the form was shown with."""
    _require(revision, "draft", "編集")
    if revision.author_id != by.id:
        raise TransitionRefused(
            f"第{revision.number}版は{revision.author_name}さんの下書きです。編集できるのは本人だけです。"
            "引き継ぐ場合は取り下げてから新しい改訂を始めてください。"
        )
    if expected_version is not None and expected_version != revision.version:
        raise StaleArticle(
            "この下書きは、画面を開いた後に別の画面で保存されています。読み直してから編集してください。"
        )
    problems = list(problems_of_manuscript(manuscript))
    if problems:
        raise InvalidArticle(problems)
    before = {name: getattr(revision, name) for name in CONTENT}
    for name, value in asdict(manuscript).items():
        setattr(revision, name, value)
    changed = sorted(name for name in CONTENT if before[name] != getattr(revision, name))
    return _happened(session, "kb.draft_edited", revision, now=now, changed=changed)


def submit(session: Session, revision: Revision, *, by: Person, now: datetime) -> Happened:
    """審査への提出: the text is frozen from here on. Without a source nothing goes to review."""
    _require(revision, "draft", "審査に提出")
    if revision.author_id != by.id:
        raise TransitionRefused(f"提出できるのは作成者の{revision.author_name}さんだけです。")
    if not revision.source.strip():
        raise InvalidArticle([Problem("根拠", "根拠となる文書名と条・頁を書いてから提出してください。")])
    revision.status, revision.submitted_at = "in_review", now
    return _happened(session, "kb.revision_submitted", revision, now=now)


def publish(session: Session, revision: Revision, *, by: Person, now: datetime, note: str = "") -> Happened:
    """承認・公開: by another person than the author; the text published before becomes 旧版."""
    _review(revision, by=by, now=now, note=note, doing="公開")
    article = revision.article
    if article.archived:
        raise TransitionRefused(
            f"記事「{article.stem}」は保管済みです。公開するには先に保管を解除してください。"
        )
    replaced = published_revision(session, article)
    if replaced is not None:
        replaced.status = "superseded"
        _flush(session)  # before the new one: an article has at most one published revision at any moment
    revision.status, article.published_revision_id = "published", revision.id
    session.add(IndexChange(article_id=article.id, at=now))
    number = None if replaced is None else replaced.number
    return _happened(session, "kb.revision_published", revision, now=now, replaced=number, note=note)


def reject(session: Session, revision: Revision, *, by: Person, now: datetime, note: str) -> Happened:
    """差戻し: by another person than the author, with a reason the author can act on."""
    if not note.strip():
        raise InvalidArticle([Problem("差戻しの理由", "作成者が直せるように理由を書いてください。")])
    _review(revision, by=by, now=now, note=note, doing="差戻し")
    revision.status = "rejected"
    return _happened(session, "kb.revision_rejected", revision, now=now, note=note)


def withdraw(session: Session, revision: Revision, *, by: Person, now: datetime, note: str = "") -> Happened:
    """取下げ: a draft or a text in review is given up; it stays readable."""
    if revision.status not in ("draft", "in_review"):
        raise TransitionRefused(
            f"第{revision.number}版は{STATUS_NAMES[revision.status]}のため取り下げられません。"
        )
    revision.status, revision.review_note = "withdrawn", note
    return _happened(session, "kb.revision_withdrawn", revision, now=now, note=note)


def archive(session: Session, article: Article, *, by: Person, now: datetime, note: str) -> Happened:
    """保管: the article leaves search and suggestions; nothing is deleted."""
    return _set_archived(session, article, archived=True, by=by, now=now, note=note)


def restore(session: Session, article: Article, *, by: Person, now: datetime, note: str) -> Happened:
    """保管の解除: the published text, if there is one, can be found again."""
    return _set_archived(session, article, archived=False, by=by, now=now, note=note)


def open_revision(session: Session, article: Article) -> Revision | None:
    """The draft or the text in review, of which an article has at most one."""
    is_open = Revision.status.in_(("draft", "in_review"))
    return session.scalar(select(Revision).where(Revision.article_id == article.id, is_open))


def published_revision(session: Session, article: Article) -> Revision | None:
    """The text readers see."""
    if article.published_revision_id is None:
        return None
    return session.get(Revision, article.published_revision_id)


def _add_draft(
    session: Session, article: Article, manuscript: Manuscript, *, by: Person, now: datetime, kind: str
) -> Happened:
    last = session.scalar(select(func.max(Revision.number)).where(Revision.article_id == article.id))
    revision = Revision(
        article=article,
        number=(last or 0) + 1,
        status="draft",
        author_id=by.id,
        author_name=by.display_name,
        created_at=now,
        **asdict(manuscript),
    )
    session.add(revision)
    return _happened(session, kind, revision, now=now)


def _require(revision: Revision, status: str, doing: str) -> None:
    if revision.status != status:
        raise TransitionRefused(
            f"第{revision.number}版は{STATUS_NAMES[revision.status]}のため{doing}できません"
            f"({STATUS_NAMES[status]}のときだけできます)。画面を読み直してください。"
        )


def _review(revision: Revision, *, by: Person, now: datetime, note: str, doing: str) -> None:
    _require(revision, "in_review", doing)
    if revision.author_id == by.id:
        raise FourEyesRefused(
            f"第{revision.number}版は自分で書いた改訂です。{doing}は別の人に依頼してください。"
        )
    revision.reviewer_id, revision.reviewer_name = by.id, by.display_name
    revision.reviewed_at, revision.review_note = now, note


def _set_archived(
    session: Session, article: Article, *, archived: bool, by: Person, now: datetime, note: str
) -> Happened:
    if article.archived == archived:
        raise TransitionRefused(
            f"記事「{article.stem}」は既に{'保管済み' if archived else '保管されていない状態'}です。"
        )
    article.archived, article.updated_at = archived, now
    session.add(IndexChange(article_id=article.id, at=now))
    _flush(session)
    kind = "kb.article_archived" if archived else "kb.article_restored"
    return Happened(kind, article, None, {"stem": article.stem, "note": note})


def _happened(session: Session, kind: str, revision: Revision, *, now: datetime, **more: Any) -> Happened:
    article = revision.article
    article.updated_at = now
    _flush(session)
    content = {"stem": article.stem, "number": revision.number, "title": revision.title, **more}
    return Happened(kind, article, revision, content)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleArticle(
            "別の人が同時にこの記事を変更しました。読み直してからやり直してください。"
        ) from error


@event.listens_for(Revision, "before_update")
def _refuse_change_of_submitted_text(mapper: Any, connection: Any, revision: Revision) -> None:
    """Holds for every writer of the session, not only for the services above."""
    state = inspect(revision)
    was = state.attrs.status.history
    status_before = was.deleted[0] if was.deleted else revision.status
    if status_before != "draft" and any(state.attrs[name].history.has_changes() for name in CONTENT):
        raise RevisionFrozen(
            f"第{revision.number}版は提出済みのため変更できません。直すには新しい改訂を始めてください。"
        )
