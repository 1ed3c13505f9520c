"""ナレッジの表: articles, their revisions, and the state of the search index. Columns only.

Nothing here refers outside the package: a person is an id with the display name beside it. The search index
itself is a cache on disk; `kb_index_state` points to it and `kb_index_change` says what it has not seen yet.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from kb.categories import CATEGORIES, KINDS

AppendOnlyId = BigInteger().with_variant(Integer, "sqlite")
STATUSES = ("draft", "in_review", "published", "superseded", "rejected", "withdrawn")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({','.join(repr(word) for word in words)})"


class Base(DeclarativeBase):
    """Metadata of the kb package."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Article(Base):
    """記事: one FAQ or talk script, known by its stem; what readers see is its published revision.

    `published_revision_id` carries no foreign key, because revisions already point here; that an article has at
    most one published revision is held by an index of `kb_revision`.
    """

    __tablename__ = "kb_article"
    __table_args__ = (
        CheckConstraint(_one_of("kind", tuple(KINDS)), name="kind"),
        CheckConstraint(_one_of("category", tuple(CATEGORIES)), name="category"),
        Index("ix_kb_article_newest", "updated_at", "id"),
        Index("ix_kb_article_of_kind", "kind", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stem: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # faq | talk_script
    category: Mapped[str] = mapped_column(String(40))  # see kb.categories
    published_revision_id: Mapped[int | None] = mapped_column(Integer, index=True)
    archived: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, default=1)

    revisions: Mapped[list["Revision"]] = relationship(back_populates="article", order_by="Revision.number")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Revision(Base):
    """改訂: one wording of an article with its sources; it does not change once it has been submitted."""

    __tablename__ = "kb_revision"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        Index("ix_kb_revision_in_review", "status", "submitted_at", "id"),
        Index(
            "uq_kb_revision_published",
            "article_id",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
        Index(
            "uq_kb_revision_open",
            "article_id",
            unique=True,
            sqlite_where=text("status in ('draft','in_review')"),
            postgresql_where=text("status in ('draft','in_review')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("kb_article.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    questions: Mapped[str] = mapped_column(Text, default="")  # 想定質問: other ways of asking, one a line
    keywords: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text)  # Markdown
    source: Mapped[str] = mapped_column(Text, default="")  # document, clause and page the text rests on
    valid_from_fiscal_year: Mapped[int | None] = mapped_column(Integer)
    valid_to_fiscal_year: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int] = mapped_column(Integer)
    author_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reviewer_id: Mapped[int | None] = mapped_column(Integer)
    reviewer_name: Mapped[str] = mapped_column(String(100), default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review_note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    article: Mapped[Article] = relationship(back_populates="revisions")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class IndexState(Base):
    """索引の状態: the one row that points to the search index in force and says what it was made with."""

    __tablename__ = "kb_index_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    directory: Mapped[str] = mapped_column(String(40))
    dictionary_version: Mapped[str] = mapped_column(String(40))
    analyser_version: Mapped[str] = mapped_column(String(40))
    document_count: Mapped[int] = mapped_column(Integer)
    built_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class IndexChange(Base):
    """索引への反映待ち: an article whose published text changed, written in the transaction that changed it."""

    __tablename__ = "kb_index_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("kb_article.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
