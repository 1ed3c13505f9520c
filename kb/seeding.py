"""最初の記事: the FAQ articles and talk scripts that come with the product, put in through the ordinary review."""

from datetime import datetime
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import articles
from kb.article_file import ArticleFile, parse
from kb.articles import Happened, Person
from kb.models import Article


def seed_articles() -> list[ArticleFile]:
    """The articles in the package, ordered by stem."""
    folder = files("kb").joinpath("seed_articles")
    found = [
        parse(entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".md")
    ]
    return sorted(found, key=lambda article: article.stem)


def seed(session: Session, *, author: Person, reviewer: Person, now: datetime) -> list[Happened]:
    """Create, submit and publish the articles that are not there yet; those that are stay as they are.

    `author` and `reviewer` are two people: seeding follows the same rule as everybody (FourEyesRefused).
    """
    existing = set(session.scalars(select(Article.stem)))
    happened: list[Happened] = []
    for seeded in seed_articles():
        if seeded.stem not in existing:
            happened += _publish_seeded(session, seeded, author=author, reviewer=reviewer, now=now)
    return happened


def _publish_seeded(
    session: Session, seeded: ArticleFile, *, author: Person, reviewer: Person, now: datetime
) -> list[Happened]:
    created = articles.create(
        session,
        stem=seeded.stem,
        kind=seeded.kind,
        category=seeded.category,
        manuscript=seeded.manuscript,
        by=author,
        now=now,
    )
    revision = created.revision
    assert revision is not None  # creating makes the first revision
    submitted = articles.submit(session, revision, by=author, now=now)
    published = articles.publish(session, revision, by=reviewer, now=now, note="初期登録")
    return [created, submitted, published]
