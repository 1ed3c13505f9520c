import csv
import hashlib
import io
import json

import pytest
from sqlalchemy import select

from cases.models import Attachment, Event
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.browser import said
from tests.helpdesk.letters import letter


def test_the_raw_mail_is_downloaded_byte_for_byte_and_never_shown(enter, cases, desk) -> None:
    answer = enter("operator").get(f"/cases/{cases.kitahama}/messages/{cases.message_id}/raw")
    assert answer.status_code == 200
    assert answer.mimetype == "application/octet-stream"
    assert (
        answer.headers["Content-Disposition"]
        == f"attachment; filename={cases.kitahama}-{cases.message_id}.eml"
    )
    assert answer.data.startswith(b"From: ")
    assert b"X-Content-Type-Options" not in answer.data
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_attachment_is_only_ever_a_download_whatever_it_is_called(enter, cases) -> None:
    answer = enter("operator").get(f"/cases/{cases.kitahama}/attachments/{cases.attachment_id}")
    assert (answer.status_code, answer.data) == (200, b"MZ\0")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = answer.headers["Content-Disposition"]
    assert shown.startswith("attachment;")
    assert "\u202e" not in shown
    assert "%E2%80%AE" not in shown


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename=evil.html; x="',
        "line\r\nSet-Cookie: a=b.txt",
        "../../etc/passwd",
        "髙橋①.pdf",
        "." * 300,
    ],
)
def test_no_attachments_name_reaches_beyond_its_header(enter, cases, desk, name: str) -> None:
    with desk.database.write_session() as session:
        session.scalars(select(Attachment)).one().name = name[:200].replace("\r\n", " ")
    answer = enter("operator").get(f"/cases/{cases.kitahama}/attachments/{cases.attachment_id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]


def test_a_files_address_of_another_case_is_not_there(enter, cases) -> None:
    browser = enter("operator")
    for place in (f"messages/{cases.message_id}/raw", f"messages/{cases.message_id}/html"):
        assert browser.get(f"/cases/{cases.minato}/{place}").status_code == 404
    assert browser.get(f"/cases/{cases.minato}/attachments/{cases.attachment_id}").status_code == 404


def test_of_an_html_mail_no_script_survives_and_nothing_is_fetched(enter, cases) -> None:
    answer = enter("operator").get(f"/cases/{cases.kitahama}/messages/{cases.message_id}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "http" not in policy.replace("https:", "http:").split("img-src")[1].split(";")[0]
    assert "<b>コマ</b>" in answer.text
    for trace in ("<script", "alert", "onclick", "javascript:"):
        assert trace not in answer.text


def test_a_mail_without_an_html_part_has_no_such_page(enter, cases, desk) -> None:
    reception = receive_raw(desk, letter(message_id="<plain@kitahama.example>"), source="import")
    page = enter("operator").get(f"/cases/{reception.case_number}/messages/3/html")
    assert page.status_code == 404
    assert "HTML の部分はありません" in said(page)


def test_a_file_whose_bytes_are_gone_is_an_error_with_words_not_an_empty_file(enter, cases, desk) -> None:
    with desk.database.read_session() as session:
        digest = session.scalars(select(Attachment.sha256)).one()
    desk.blobs.path_of(digest).unlink()
    answer = enter("operator").get(f"/cases/{cases.kitahama}/attachments/{cases.attachment_id}")
    assert answer.status_code == 500
    assert digest[:12] in answer.text


def test_the_list_is_saved_as_filtered_and_only_as_far_as_one_sees(enter, cases) -> None:
    browser = enter("market_staff")
    rows = list(csv.reader(io.StringIO(browser.get("/cases/list.csv?scope=all").data.decode("utf-8-sig"))))
    assert {row[0] for row in rows if row and row[0].startswith("20")} >= {cases.kitahama, cases.minato}
    found = browser.get("/cases/list.csv?scope=all&q=未達成コマ").data.decode("utf-8-sig")
    assert cases.kitahama in found
    assert cases.minato not in found
    for login, status in (("operator", 403), ("business_user", 404), ("payment_staff", 403)):
        assert enter(login).get("/cases/list.csv?scope=all").status_code == status


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
def test_no_subject_becomes_a_formula_in_a_saved_list(enter, desk, world, start: str) -> None:
    receive_raw(desk, letter(subject=f"{start}cmd|' /C calc'!A0 の件"), source="import")
    content = enter("manager").get("/cases/list.csv?scope=all").data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row if "calc" in cell]
    assert cells
    assert all(cell[0] not in "=+-@\t＝＋－＠" for cell in cells)


def test_a_saved_case_holds_all_of_it_names_its_digest_and_says_so_in_the_history(enter, cases, desk) -> None:
    answer = enter("operator").get(f"/cases/{cases.kitahama}/export")
    document = json.loads(answer.data)
    digest = document.pop("digest")
    exact = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(exact.encode()).hexdigest() == digest
    assert document["case"]["number"] == cases.kitahama
    assert [message["subject"] for message in document["messages"]] == ["5月分のペナルティ額について"]
    with desk.database.read_session() as session:
        event = session.scalars(select(Event).where(Event.kind == "exported")).one()
    assert digest in event.content
    assert event.actor_name.endswith("（operator）")


def test_the_case_file_is_a_document_for_the_desk_alone(enter, cases, desk) -> None:
    operator = enter("operator")
    pdf = operator.get(f"/cases/{cases.kitahama}/file.pdf")
    assert (pdf.status_code, pdf.data[:4]) == (200, b"%PDF")
    assert f"case-{cases.kitahama}.pdf" in pdf.headers["Content-Disposition"]
    assert operator.get(f"/cases/{cases.kitahama}/file.docx").data.startswith(b"PK")
    with desk.database.read_session() as session:
        assert len(session.scalars(select(Event).where(Event.kind == "exported")).all()) == 2
    assert operator.get(f"/cases/{cases.kitahama}/file.odt").status_code == 404
    assert operator.get("/cases/2026-999999-9/file.pdf").status_code == 404
    assert enter("business_user").get(f"/cases/{cases.kitahama}/file.pdf").status_code in (403, 404)
    assert enter("payment_staff").get(f"/cases/{cases.kitahama}/file.pdf").status_code == 404


def test_there_is_no_decision_letter_where_nothing_was_decided(enter, cases) -> None:
    assert enter("operator").get(f"/cases/{cases.kitahama}/decision.pdf").status_code == 404
