"""検索索引: the Whoosh index of the published articles — building, following and keeping it up to date.

The index is a cache of the database. It is built into a new directory and a pointer row is switched to it;
changes are taken from an outbox table by one writing process. Readers keep one open index and ask for a new
searcher each time; `Searcher.refresh` gives wrong results in this version and is not used (libraries.md §1).
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from whoosh import index as whoosh_index
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.searching import Searcher

from kb.analysis import (
    ANALYSER_VERSION,
    JapaneseAnalyser,
    dictionary_version,
    displayed,
)
from kb.errors import IndexUnavailable
from kb.excerpts import places_of
from kb.index_files import DAMAGED, directories, new_directory, number_of, open_directory, sync
from kb.models import Article, IndexChange, IndexState, Revision
from kb.rendering import plain_text

WRITER = {"timeout": 30, "delay": 0.05}  # four processes at once: 0 of 120 failed; without it 90 did

SCHEMA = Schema(
    article_id=ID(unique=True, stored=True),
    kind=ID(stored=True),
    category=ID(stored=True),
    title=TEXT(analyzer=JapaneseAnalyser(), phrase=False, stored=True),
    questions=TEXT(analyzer=JapaneseAnalyser(), phrase=False),  # other ways of asking, and keywords
    text=TEXT(analyzer=JapaneseAnalyser(), phrase=False),  # the words of the body
    body=STORED,  # displayed text, for excerpts
    places=STORED,  # term -> starts and ends in `body`, so that no search has to analyse a body again
    revision_id=STORED,
    stem=STORED,
)


class ArticleIndex:
    """検索索引の窓口: the one open index of a process; safe to share between threads."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._directory: str | None = None
        self._opened: Any = None
        self._lock = threading.Lock()

    def follow(self, session: Session) -> None:
        """Open the index the pointer row names, if it is not the open one. Raises IndexUnavailable."""
        state = current_state(session)
        if state is None:
            raise IndexUnavailable(
                "検索索引がまだありません。管理者に `helpdesk kb reindex` の実行を依頼してください。"
            )
        self.open(state.directory)

    def open(self, directory: str) -> None:
        """Open one directory below the root and keep it open."""
        with self._lock:
            if directory == self._directory:
                return
            opened = open_directory(self.root / directory)
            if self._opened is not None:
                self._opened.close()
            self._directory, self._opened = directory, opened

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """A searcher over what is committed now; one for each search (0.2 ms)."""
        opened = self._opened
        if opened is None:
            raise IndexUnavailable("検索索引が開かれていません。少し待ってからやり直してください。")
        searcher = opened.searcher()
        try:
            yield searcher
        finally:
            searcher.close()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._directory = self._opened = None

    def writer(self) -> Any:
        """A writer, to be used in a `with` block by one process at a time; others wait for it."""
        return self._opened.writer(**WRITER)


@dataclass(frozen=True)
class Built:
    """A finished directory nobody looks at yet, and the changes it already contains."""

    directory: str
    document_count: int
    contained_changes: tuple[int, ...]


def current_state(session: Session) -> IndexState | None:
    """The pointer row."""
    return session.get(IndexState, 1)


def build(session: Session, index: ArticleIndex, *, now: datetime) -> IndexState:
    """再構築: both steps below in one session, for small desks and commands."""
    return switch_to(session, write_directory(session, index.root), now=now)


def write_directory(session: Session, root: Path) -> Built:
    """Index all published articles into a new directory. Only reads the database, for seconds if they are many."""
    changes = tuple(session.scalars(select(IndexChange.id)))  # before the articles: no change can be missed
    path = new_directory(root)
    opened = whoosh_index.create_in(str(path), SCHEMA)
    count = 0
    with opened.writer(**WRITER) as writer:
        for article, revision in session.execute(_published()):
            writer.add_document(**_document(article, revision))
            count += 1
    opened.close()
    sync(path)
    return Built(path.name, count, changes)


def switch_to(session: Session, built: Built, *, now: datetime) -> IndexState:
    """Point readers to a finished directory; they follow after the commit."""
    state = current_state(session)
    if state is None:
        state = IndexState(id=1)
        session.add(state)
    state.directory, state.document_count, state.built_at = built.directory, built.document_count, now
    state.dictionary_version, state.analyser_version = dictionary_version(), ANALYSER_VERSION
    session.execute(delete(IndexChange).where(IndexChange.id.in_(built.contained_changes)))
    session.flush()
    return state


def apply_changes(session: Session, index: ArticleIndex, *, now: datetime) -> int:
    """反映: bring the index up to date, rebuilding it where it does not fit; returns the number of articles.

    Done again after a crash it gives the same index: a change leaves the outbox only with the caller's commit.
    """
    if find_mismatch(session, index) is not None:
        return build(session, index, now=now).document_count
    changes = session.execute(select(IndexChange.id, IndexChange.article_id).order_by(IndexChange.id)).all()
    article_ids = list(dict.fromkeys(change.article_id for change in changes))
    if article_ids:
        with index.writer() as writer:
            for article_id in article_ids:
                _replace(session, writer, article_id)
            writer.optimize = True  # or words of replaced texts go on counting, and the ranking drifts
        session.execute(delete(IndexChange).where(IndexChange.id.in_([change.id for change in changes])))
    if _count_indexed(index) != _count_published(session):
        return build(session, index, now=now).document_count
    state = current_state(session)
    assert state is not None  # find_mismatch has seen it
    state.document_count = _count_indexed(index)
    session.flush()
    return len(article_ids)


def find_mismatch(session: Session, index: ArticleIndex) -> str | None:
    """Why the index in force cannot be used, in a sentence; None if it can. Opens it."""
    state = current_state(session)
    if state is None:
        return "検索索引がまだありません。"
    if state.dictionary_version != dictionary_version():
        return f"辞書が{state.dictionary_version}から{dictionary_version()}に変わっています。"
    if state.analyser_version != ANALYSER_VERSION:
        return f"解析方法が版{state.analyser_version}から版{ANALYSER_VERSION}に変わっています。"
    try:
        index.open(state.directory)
        if _count_indexed(index) < 0:
            return "検索索引を読めません。"
    except IndexUnavailable as error:
        return str(error)
    return None


def remove_old_directories(session: Session, root: Path) -> list[str]:
    """Delete what no reader can still use: everything older than the predecessor of the index in force."""
    state = current_state(session)
    if state is None:
        return []
    kept_from = number_of(state.directory) - 1
    old = [path for path in directories(root) if number_of(path.name) < kept_from]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in old]


def _published() -> Any:
    joined = select(Article, Revision).join(Revision, Revision.id == Article.published_revision_id)
    return joined.where(Article.archived.is_(False)).order_by(Article.id)


def _replace(session: Session, writer: Any, article_id: int) -> None:
    row = session.execute(_published().where(Article.id == article_id)).one_or_none()
    if row is None:
        writer.delete_by_term("article_id", str(article_id))
    else:
        writer.update_document(**_document(*row))


def _document(article: Article, revision: Revision) -> dict[str, Any]:
    body = displayed(plain_text(revision.body))
    questions = displayed(f"{revision.questions}\n{revision.keywords}")
    title = displayed(revision.title)
    return {
        "article_id": str(article.id),
        "kind": article.kind,
        "category": article.category,
        "title": title,
        "questions": questions,
        "text": body,
        "body": body,
        "places": places_of(body),
        "revision_id": revision.id,
        "stem": article.stem,
    }


def _count_indexed(index: ArticleIndex) -> int:
    try:
        with index.searcher() as searcher:
            return searcher.doc_count()
    except DAMAGED:
        return -1


def _count_published(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(_published().order_by(None).subquery())) or 0
