"""発行した文書の表: what was issued, so that it is returned byte for byte. Columns only."""

from datetime import datetime

from sqlalchemy import DateTime, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.database import Base


class IssuedDocument(Base):
    """発行文書: one file of one document; its bytes lie in the blob store. Never changed.

    `reference` names what it is about (`notified_result:12`, `objection:3`), `content_digest` what it was made from.
    """

    __tablename__ = "helpdesk_issued_document"
    __table_args__ = (UniqueConstraint("kind", "reference", "content_digest", "file_format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(100))
    content_digest: Mapped[str] = mapped_column(String(64))
    file_format: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    issued_by_id: Mapped[int | None] = mapped_column(Integer)
    issued_by_name: Mapped[str] = mapped_column(String(200))
