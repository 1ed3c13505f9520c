"""The cast of the knowledge base: two colleagues, a session, a seeded and indexed set of articles."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from helpdesk.database import Database, make_engine
from kb import articles, seeding
from kb.articles import Manuscript
from kb.index import ArticleIndex, apply_changes
from kb.models import Article, Base, Revision


@dataclass(frozen=True)
class Colleague:
    id: int
    display_name: str


HANA = Colleague(1, "青木 花")
REN = Colleague(2, "森 蓮")


def manuscript(
    title: str = "相殺の考え方", body: str = "交付額とペナルティを相殺します。", **more: object
) -> Manuscript:
    return Manuscript(title=title, body=body, **{"source": "補足説明資料 p.5", **more})


@dataclass
class Desk:
    """One session and the verbs the tests use over and over."""

    session: Session
    index: ArticleIndex
    now: datetime

    def draft(self, stem: str = "netting", **more: object) -> Revision:
        created = articles.create(
            self.session,
            stem=stem,
            kind="faq",
            category="penalty",
            manuscript=manuscript(**more),
            by=HANA,
            now=self.now,
        )
        return created.revision

    def in_review(self, stem: str = "netting", **more: object) -> Revision:
        revision = self.draft(stem, **more)
        articles.submit(self.session, revision, by=HANA, now=self.now)
        return revision

    def published(self, stem: str = "netting", **more: object) -> Article:
        revision = self.in_review(stem, **more)
        articles.publish(self.session, revision, by=REN, now=self.now)
        return revision.article

    def bring_index_up_to_date(self) -> int:
        done = apply_changes(self.session, self.index, now=self.now)
        self.session.commit()
        self.index.follow(self.session)
        return done


@pytest.fixture
def desk(database: Database, tmp_path: Path, now: datetime) -> Iterator[Desk]:
    index = ArticleIndex(tmp_path / "kb_index")
    with database.open_session(writes=True) as session:
        yield Desk(session, index, now)
    index.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    """The index of the articles that come with the product; made once, for looking only."""
    folder = tmp_path_factory.mktemp("seeded")
    engine = make_engine(f"sqlite:///{folder / 'kb.sqlite3'}")
    Base.metadata.create_all(engine)
    index, then = ArticleIndex(folder / "kb_index"), datetime(2026, 6, 30, tzinfo=UTC)
    with Session(engine) as session:
        seeding.seed(session, author=HANA, reviewer=REN, now=then)
        apply_changes(session, index, now=then)
        session.commit()
        index.follow(session)
    yield index
    index.close()
    engine.dispose()
