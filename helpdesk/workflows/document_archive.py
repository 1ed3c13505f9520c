"""文書の保管: a document is drawn once, archived, and from then on returned byte for byte; one at a time or in thousands.

What a document is made from is named by a digest: as long as that is the same, the file that went out is the file that
is returned, also years and releases later. Killed in the middle of thousands, the next attempt draws only what is left.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.history import Person
from helpdesk.desk import Desk
from helpdesk.documents.document import Document
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, write
from helpdesk.documents.models import IssuedDocument
from helpdesk.documents.rendering_pool import WORKERS, Job, draw_all
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.insert_once import insert_once

LETTER_FORMATS = ("pdf", "docx", "xlsx")
_AT_ONCE = 40  # documents that are read, and archived, in one transaction


@dataclass(frozen=True, slots=True)
class ToIssue:
    """発行するもの: which document about what, what it is made from, its name without ending, how it is described."""

    kind: str
    reference: str
    made_from: dict[str, Any]
    stem: str
    describe: Callable[[], Document]  # asked only when it has not been issued yet
    stream: str
    case_id: int | None = None

    @property
    def digest(self) -> str:
        """What it is made from, in a word."""
        return hashlib.sha256(history.canonical(self.made_from).encode("utf-8")).hexdigest()


Prepare = Callable[[Session], ToIssue]


def issue(desk: Desk, prepare: Prepare, file_format: str, *, by: Person) -> DocumentFile:
    """The document in this format, from the archive or drawn now and archived. Raises `Refused` for another format."""
    check_format(file_format)
    with desk.database.read_session() as session:
        wanted = prepare(session)
        found = session.scalars(_archived(wanted, file_format)).one_or_none()
        if found is not None:
            return _returned(desk, found)
        document = wanted.describe()
    sha256 = desk.blobs.put(write(document, file_format))  # drawn outside any transaction: it takes a while
    with desk.database.write_session() as session:
        _archive(session, desk, wanted, file_format, sha256, by=by)
        return _returned(desk, session.scalars(_archived(wanted, file_format)).one())


def issue_within(
    session: Session, desk: Desk, wanted: ToIssue, file_format: str, *, by: Person
) -> DocumentFile:
    """As `issue`, in the caller's transaction: what goes out with it is archived with it, or neither is."""
    check_format(file_format)
    if session.scalars(_archived(wanted, file_format)).one_or_none() is None:
        sha256 = desk.blobs.put(write(wanted.describe(), file_format))
        _archive(session, desk, wanted, file_format, sha256, by=by)
    return _returned(desk, session.scalars(_archived(wanted, file_format)).one())


def issue_each(
    desk: Desk,
    wanted: Sequence[Prepare],
    file_format: str,
    *,
    by: Person,
    progress: Callable[[int], None] | None = None,
    workers: int = WORKERS,
) -> int:
    """All these documents, those that are not archived yet drawn in the pool; how many were drawn.

    `progress` is told how many are there, after each transaction that archived some.
    """
    check_format(file_format)
    ready, drawn = 0, 0
    held: list[tuple[ToIssue, str]] = []

    def archive() -> None:
        with desk.database.write_session() as session:
            for each, sha256 in held:
                _archive(session, desk, each, file_format, sha256, by=by)
        fail_point("documents.archived")
        held.clear()
        if progress is not None:
            progress(ready + drawn)

    def missing() -> Iterator[Job]:
        nonlocal ready
        for at in range(0, len(wanted), _AT_ONCE):
            for job in _missing(desk, wanted[at : at + _AT_ONCE], file_format):
                if job is None:
                    ready += 1
                else:
                    yield job

    for each, content in draw_all(missing(), workers=workers):
        held.append((each, desk.blobs.put(content)))
        drawn += 1
        if len(held) >= _AT_ONCE:
            archive()
    archive()
    return drawn


def check_format(file_format: str) -> None:
    """Raises `Refused` for a format that letters are not issued in."""
    if file_format not in LETTER_FORMATS:
        known = "・".join(LETTER_FORMATS)
        raise Refused([Problem("形式", f"「{file_format[:20]}」はありません。{known} から選んでください")])


def _missing(desk: Desk, wanted: Iterable[Prepare], file_format: str) -> list[Job | None]:
    """A job for each document that is not archived yet, None for each that is; read in one transaction."""
    jobs: list[Job | None] = []
    with desk.database.read_session() as session:
        for prepare in wanted:
            each = prepare(session)
            is_there = session.scalars(_archived(each, file_format)).one_or_none() is not None
            jobs.append(None if is_there else Job(each, each.describe(), file_format))
    return jobs


def _archive(
    session: Session,
    desk: Desk,
    wanted: ToIssue,
    file_format: str,
    sha256: str,
    *,
    by: Person,
) -> None:
    """The row and the event; where somebody else was faster, theirs is the document."""
    now = desk.clock()
    is_new = insert_once(
        session,
        IssuedDocument,
        kind=wanted.kind,
        reference=wanted.reference,
        content_digest=wanted.digest,
        file_format=file_format,
        file_name=f"{wanted.stem}.{file_format}",
        sha256=sha256,
        issued_at=now,
        issued_by_id=by.id,
        issued_by_name=by.display_name,
    )
    if is_new:
        content = {
            "document": wanted.kind,
            "about": wanted.reference,
            "format": file_format,
            "sha256": sha256,
        }
        history.record(
            session, wanted.stream, "document_issued", content, by=by, now=now, case_id=wanted.case_id
        )


def _archived(wanted: ToIssue, file_format: str) -> Any:
    return select(IssuedDocument).where(
        IssuedDocument.kind == wanted.kind,
        IssuedDocument.reference == wanted.reference,
        IssuedDocument.content_digest == wanted.digest,
        IssuedDocument.file_format == file_format,
    )


def _returned(desk: Desk, row: IssuedDocument) -> DocumentFile:
    return DocumentFile(desk.blobs.get(row.sha256), row.file_name, CONTENT_TYPES[row.file_format], row.sha256)
