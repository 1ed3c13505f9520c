"""A document is drawn once, archived, and returned byte for byte; its issue stands in the history."""

import pytest
from sqlalchemy import select

from cases.errors import ObjectionRefused
from cases.history import case_events, content_of, read_stream
from helpdesk.documents import formats
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import InstanceUnusable, NotFound, Refused
from helpdesk.workflows import document_archive
from helpdesk.workflows.issue_document import issue_decision_letter, issue_payment_notice
from tests.helpdesk.objecting import Objecting
from tests.world import World


def archived(world: World) -> list[IssuedDocument]:
    with world.desk.database.read_session() as session:
        return list(session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)))


@pytest.mark.parametrize("file_format", document_archive.LETTER_FORMATS)
def test_a_notice_is_the_same_file_for_everybody_for_ever(world: World, file_format: str) -> None:
    by = world.people["sato"]
    first = issue_payment_notice(world.desk, world.notice.id, file_format=file_format, by=by)
    world.clock.pass_by(days=400)
    again = issue_payment_notice(
        world.desk, world.notice.id, file_format=file_format, by=world.people["leader"]
    )
    assert again == first
    assert first.file_name == f"notice-2026-05-P001-v1.{file_format}"
    (row,) = archived(world)
    assert (row.kind, row.reference, row.issued_by_name) == (
        "payment_notice",
        f"notified_result:{world.notice.id}",
        "佐藤 美咲",
    )
    with world.desk.database.read_session() as session:
        (event,) = read_stream(session, f"notice:{world.notice.id}")
    assert event.kind == "document_issued"
    assert content_of(event)["sha256"] == first.sha256


def test_a_later_release_that_would_draw_it_otherwise_returns_what_went_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = world.people["sato"]
    first = issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by)
    monkeypatch.setattr(document_archive, "write", lambda document, file_format: b"drawn anew")
    assert issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by) == first
    other = issue_payment_notice(world.desk, world.notice.id, file_format="docx", by=by)
    assert other.content == b"drawn anew"
    assert len(archived(world)) == 2


def test_two_who_issue_at_once_get_the_same_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    by, drawn = world.people["sato"], []

    def slow(document, file_format: str) -> bytes:
        if not drawn:
            drawn.append("first")
            issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=world.people["leader"])
        return formats.write(document, file_format) + (b"" if drawn == ["first"] else b"other")

    monkeypatch.setattr(document_archive, "write", slow)
    mine = issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by)
    (row,) = archived(world)
    assert row.issued_by_name == "山本 大輔"
    assert mine.sha256 == row.sha256


def test_a_damaged_archive_is_said_and_not_drawn_over(world: World) -> None:
    by = world.people["sato"]
    made = issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by)
    world.desk.blobs.path_of(made.sha256).write_bytes(b"damaged")
    with pytest.raises(InstanceUnusable, match="壊れています"):
        issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by)


def test_what_is_not_there_or_no_format_is_refused_and_nothing_is_archived(world: World) -> None:
    by = world.people["sato"]
    with pytest.raises(NotFound):
        issue_payment_notice(world.desk, 999_999, file_format="pdf", by=by)
    with pytest.raises(NotFound):
        issue_decision_letter(world.desk, 999_999, file_format="pdf", by=by)
    with pytest.raises(Refused, match="「csv」はありません"):
        issue_payment_notice(world.desk, world.notice.id, file_format="csv", by=by)
    assert archived(world) == []


def test_a_decision_is_issued_once_it_is_made(world: World) -> None:
    objecting = Objecting(world)
    objection = objecting.receive(number=objecting.mail())
    objecting.review()
    by = world.people["sato"]
    with pytest.raises(ObjectionRefused, match="決定していません"):
        issue_decision_letter(world.desk, objection.id, file_format="docx", by=by)
    objecting.decide("partly_accepted", {1})
    made = issue_decision_letter(world.desk, objection.id, file_format="docx", by=by)
    world.clock.pass_by(days=3)
    assert issue_decision_letter(world.desk, objection.id, file_format="docx", by=by) == made
    with world.desk.database.read_session() as session:
        kinds = [event.kind for event in case_events(session, objection.case_id)]
    assert kinds.count("document_issued") == 1


def test_a_corrected_notice_is_another_document_that_names_the_first(world: World) -> None:
    objecting = Objecting(world)
    objecting.receive(number=objecting.mail())
    objecting.review()
    outcome = objecting.decide("partly_accepted", {1})
    by = world.people["sato"]
    first = issue_payment_notice(world.desk, world.notice.id, file_format="pdf", by=by)
    second = issue_payment_notice(world.desk, outcome.notice.id, file_format="pdf", by=by)
    assert first.sha256 != second.sha256
    assert second.file_name == "notice-2026-05-P001-v2.pdf"
