"""送信メールの作成: what is written is read back, by our own decoder and by another one."""

import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.automatic_mail import classify_automatic
from helpdesk.mail.compose import LOOP_HEADER, OutgoingAttachment, compose
from helpdesk.mail.errors import MailNotComposable
from tests.helpdesk.mail.raw_mails import parse

LETTER = {
    "message_id": "hd.answer.1.ab@occto.example",
    "from_address": "desk@occto.example",
    "from_name": "担当(営業)",
    "to": "yamada@denryoku.example",
    "subject": "容量確保契約金額のペナルティ算定について（①髙㈱）の回答でございます、長い件名",
    "body_text": "髙橋様\n\n.\nFrom 〜−①㈱\n",
    "date": datetime(2026, 4, 1, 10, tzinfo=timezone(timedelta(hours=9))),
}
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=120).map(
    lambda t: " ".join(t.split(" ")).strip()
)


def _standard(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_comes_back_as_it_was_written():
    read = parse(compose(**LETTER))
    assert (read.message_id, read.from_name, read.from_address) == (
        LETTER["message_id"],
        "担当(営業)",
        "desk@occto.example",
    )
    assert (read.to, read.subject) == (("yamada@denryoku.example",), LETTER["subject"])
    assert read.text == LETTER["body_text"].strip()
    assert read.date == datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert (read.defects, read.charset_notes) == ((), ())


def test_another_reader_understands_it_too():
    read = _standard(compose(**LETTER))
    assert read["subject"] == LETTER["subject"]
    assert read["from"].addresses[0].display_name == "担当(営業)"
    assert read.get_body().get_content().replace("\r\n", "\n") == LETTER["body_text"]
    assert not any(header.defects for header in read.values())


def test_the_bytes_are_ascii_lines_of_decent_length_and_always_the_same():
    raw = compose(**LETTER)
    assert raw == compose(**LETTER)
    assert raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_threading_keeps_long_ids_whole_and_the_thread_in_order():
    outlook = "AM0PR01MB" + "x" * 90 + "@eurprd01.prod.outlook.com"
    raw = compose(**LETTER, in_reply_to=f"<{outlook}>", references=["first@x", outlook])
    assert parse(raw).in_reply_to == (outlook,)
    assert parse(raw).references == ("first@x", outlook)
    many = parse(compose(**LETTER, references=[f"r{n}@x" for n in range(80)])).references
    assert (len(many), many[0], many[-1]) == (50, "r0@x", "r79@x")


def test_a_foreign_id_that_no_header_can_carry_is_left_out():
    read = parse(compose(**LETTER, in_reply_to="壊れた ID", references=["a b", "ok@x"]))
    assert (read.in_reply_to, read.references) == ((), ("ok@x",))


def test_attachments_keep_name_type_and_bytes():
    files = [
        OutgoingAttachment(
            '見積書（髙）とても長い名前"の"ファイル.pdf', "application/pdf", bytes(range(256))
        ),
        ("a.txt", "text/plain", b""),
    ]
    read = _standard(compose(**LETTER, attachments=files))
    assert [(each.get_filename(), each.get_content_type()) for each in read.iter_attachments()] == [
        (files[0].name, "application/pdf"),
        ("a.txt", "text/plain"),
    ]
    own = parse(compose(**LETTER, attachments=files))
    assert own.text == LETTER["body_text"].strip()
    assert own.attachments[0].name == "見積書（髙）とても長い名前_の_ファイル.pdf"
    assert own.attachments[0].content == bytes(range(256))


def test_every_mail_of_the_desk_is_recognised_as_its_own():
    read = parse(compose(**LETTER))
    assert read.headers[LOOP_HEADER.lower()] == ("1",)
    assert classify_automatic(read).kind == "automatic_reply"
    assert classify_automatic(parse(compose(**LETTER, from_this_desk=False))) is None


def test_an_automatic_mail_says_so():
    read = parse(compose(**LETTER, auto_submitted="auto-replied"))
    assert read.headers["auto-submitted"] == ("auto-replied",)
    assert read.headers["x-auto-response-suppress"] == ("All",)
    with pytest.raises(MailNotComposable):
        compose(**LETTER, auto_submitted="yes\r\nBcc: x@y")


@pytest.mark.parametrize(
    "field",
    ["subject", "from_name", "from_address", "to", "message_id", "in_reply_to", "reply_to", "to_name"],
)
@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\x00", "\u2028"])
def test_a_line_break_in_a_header_is_refused(field, line_break):
    value = {"to": "a@b.jp", "from_address": "a@b.jp", "reply_to": "a@b.jp"}.get(field, "x@y")
    with pytest.raises(MailNotComposable, match=r"改行|誤って"):
        compose(**{**LETTER, field: f"{value}{line_break}Bcc: victim@x.jp"})


@pytest.mark.parametrize(
    "address", ["", "a", "@b", "a@", "a b@c", "a@b>", "a@b,c@d", "<a@b>", "山田@x.jp", "a@b c"]
)
def test_a_bad_address_is_refused(address):
    with pytest.raises(MailNotComposable):
        compose(**{**LETTER, "to": address})


def test_old_mobile_addresses_are_accepted_and_naive_dates_refused():
    assert parse(compose(**{**LETTER, "to": "a..b.@docomo.ne.jp"})).to == ("a..b.@docomo.ne.jp",)
    with pytest.raises(MailNotComposable, match="時間帯"):
        compose(**{**LETTER, "date": datetime(2026, 4, 1)})  # noqa: DTZ001 - a naive date is the point
    with pytest.raises(MailNotComposable, match="宛先"):
        compose(**{**LETTER, "to": []})


@given(
    LINE.filter(lambda line: "=?" not in line),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]), max_size=200),
)
def test_any_subject_and_body_round_trip(subject, body):
    subject = " ".join(subject.split())
    read = parse(compose(**{**LETTER, "subject": subject, "body_text": f"a{body}b"}))
    assert read.subject == subject
    assert read.text == f"a{body}b"


@given(LINE)
def test_any_display_name_survives_for_another_reader(name):
    read = _standard(compose(**{**LETTER, "from_name": name}))
    assert read["from"].addresses[0].addr_spec == "desk@occto.example"
