"""メールの解読: any bytes give one mail or one clear refusal, and equal mails are equal."""

import hashlib
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.mail.errors import MailUnreadable
from helpdesk.mail.mime import parse_mail
from tests.helpdesk.mail.raw_mails import (
    MICROSOFT_TEXT,
    MICROSOFT_WORD,
    mail,
    microsoft_jis,
    multipart,
    parse,
    part,
    word,
)

FULL = (
    f"From: {word('担当(営業)'.encode(), 'utf-8')} <Yamada@Denryoku.example>",
    "To: Desk <desk@occto.example>, b@x.jp",
    "Cc: c@x.jp",
    "Reply-To: reply@x.jp",
    f"Subject: Re: {MICROSOFT_WORD}",
    "Date: Wed, 01 Apr 2026 10:00:00 +0900",
    "Message-ID: <m1@denryoku.example>",
    "In-Reply-To: <a@occto.example>",
    "References: <r@occto.example>\r\n <a@occto.example>",
    "Content-Type: text/plain; charset=iso-2022-jp",
)


def test_every_field_of_a_plain_mail_is_read():
    raw = mail(*FULL, body=microsoft_jis(MICROSOFT_TEXT))
    read = parse_mail(raw, raw_sha256="ab")
    assert (read.raw_sha256, read.size_bytes, read.message_id) == ("ab", len(raw), "m1@denryoku.example")
    assert (read.in_reply_to, read.references) == (
        ("a@occto.example",),
        ("r@occto.example", "a@occto.example"),
    )
    assert (read.from_address, read.from_name, read.reply_to) == (
        "yamada@denryoku.example",
        "担当(営業)",
        "reply@x.jp",
    )
    assert (read.to, read.cc) == (("desk@occto.example", "b@x.jp"), ("c@x.jp",))
    assert read.subject == f"Re: {MICROSOFT_TEXT}"
    assert read.date == datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert (read.text, read.html, read.attachments) == (MICROSOFT_TEXT, "", ())
    assert read.headers["subject"] == (f"Re: {MICROSOFT_TEXT}",)
    assert (read.delivery_report, read.charset_notes, read.defects) == (False, (), ())


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_report_answers_the_mail_that_it_carries(kind):
    original = part(
        kind, b"From: desk@occto.example\r\nMessage-ID: <sent@occto.example>\r\n\r\nMessage-ID: <no@x>\r\n"
    )
    status = part("message/delivery-status", b"Final-Recipient: rfc822; a@x.jp\r\nAction: failed\r\n")
    read = parse(multipart("report", part("text/plain", b"failed"), status, original))
    assert (read.delivery_report, read.references) == (True, ("sent@occto.example",))
    assert parse(multipart("mixed", part("text/plain", b"forwarded"), original)).references == ()


def test_a_mail_without_sender_date_and_id_is_read_with_defects():
    read = parse(mail("Subject: x", body=b"body"))
    assert (read.from_address, read.message_id, read.date, read.text) == ("", "", None, "body")
    assert read.defects == ("差出人（From）がない", "日時（Date）がない", "Message-ID がない")


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\r\n"])
def test_other_line_ends_give_the_same_mail(line_end):
    raw = multipart("mixed", part("text/plain", b"one\r\ntwo"), part("text/html", b"<p>three"))
    expected = parse(raw)
    read = parse(raw.replace(b"\r\n", line_end))
    assert (read.text, read.html, read.content_digest) == (
        expected.text,
        expected.html,
        expected.content_digest,
    )


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From x@y Wed Apr  1 10:00:00 2026\r\n"])
def test_what_stands_before_the_headers_does_not_hide_them(before):
    assert parse(before + mail(*FULL)).message_id == "m1@denryoku.example"


def test_a_mail_saved_as_utf16_is_read():
    assert parse(mail("Subject: x", body="本文".encode()).decode().encode("utf-16")).text == "本文"


@pytest.mark.parametrize("raw", [b"", b" \r\n\t\r\n", b"\x00" * 20])
def test_an_empty_mail_is_refused(raw):
    with pytest.raises(MailUnreadable, match="空です"):
        parse(raw)


@pytest.mark.parametrize(
    "raw", [random.Random(1).randbytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(50), b"PK\x03\x04\x14\x00\x00"]
)
def test_binary_rubbish_is_refused(raw):
    with pytest.raises(MailUnreadable, match="バイナリ"):
        parse(raw)


def test_an_outlook_file_is_refused_with_what_to_do():
    with pytest.raises(MailUnreadable, match=r"\.eml 形式で保存"):
        parse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))


def test_limits_are_refused_with_their_numbers():
    raw = mail(*FULL, body=b"x" * 2000)
    with pytest.raises(MailUnreadable, match="1,000バイト"):
        parse_mail(raw, raw_sha256="", max_bytes=1000)
    with pytest.raises(MailUnreadable, match="パートの数が上限（3）"):
        parse_mail(multipart("mixed", *[part("text/plain", b"x")] * 4), raw_sha256="", max_parts=3)


def test_a_text_without_any_header_is_read_as_body():
    read = parse("これはメールの本文だけです。\n".encode())
    assert read.text == "これはメールの本文だけです。"
    assert "ヘッダーが一つもない" in read.defects


def test_the_digest_changes_with_each_thing_it_covers_and_with_nothing_else():
    def digest(*changes: tuple[str, str], body: bytes = b"body", file: bytes = b"f") -> str:
        raw = multipart("mixed", part("text/plain", body), part("application/x; name=a", file)).decode()
        for old, new in changes:
            raw = raw.replace(old, new)
        return parse(raw.encode()).content_digest

    original = digest()
    assert digest(("MIME-Version", "Received: by x\r\nMIME-Version")) == original
    assert digest(("m1@", "m2@")) == original
    different = {
        digest(("yamada@", "tanaka@")),
        digest(("Subject: x", "Subject: y")),
        digest(("10:00:00", "10:00:01")),
        digest(body=b"other"),
        digest(file=b"other"),
        digest(("name=a", "name=b")),
    }
    assert original not in different
    assert len(different) == 6


def _expect_one_outcome(raw: bytes) -> None:
    """A mail or a refusal, never a surprise; and nothing in the mail that harms the database or the screen."""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        read = parse_mail(raw, raw_sha256=digest)
    except MailUnreadable as refused:
        if "想定外" in refused.reason:
            raise
        return
    assert read == parse_mail(raw, raw_sha256=digest)
    assert "=?" not in read.subject
    assert not any(character < " " for character in read.subject)
    assert len(read.subject) <= 500
    for text in (
        read.text,
        read.html,
        read.from_name,
        read.message_id,
        *read.to,
        *map(str, read.headers.items()),
    ):
        assert "\x00" not in text
        text.encode("utf-8")
    for each in read.attachments:
        assert 0 < len(each.name) <= 150
        assert not set(each.name) & set("/\\\r\n\x00")
        assert len(each.content_type) <= 200
    assert read.date is None or read.date.tzinfo is not None


BASES = [
    mail(*FULL, body=microsoft_jis(MICROSOFT_TEXT * 5)),
    mail("Subject: 生の件名".encode("cp932"), "Content-Type: text/plain; charset=x-sjis", body="髙橋㈱①".encode("cp932")),
    multipart(
        "mixed",
        part("multipart/alternative; boundary=in", b"--in\r\nContent-Type: text/plain\r\n\r\na\r\n--in\r\nContent-Type: text/html\r\n\r\n<table><tr><td>b\r\n--in--"),
        part("application/pdf", b"JVBERi0xLjcK" * 20, "Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename*0*=iso-2022-jp''%1B%24B8%2B; filename*1*=%1B%28B.pdf"),
        part("message/rfc822", mail(f"Subject: {MICROSOFT_WORD}", body=b"inner")),
    ),
    multipart("report; report-type=delivery-status", part("text/plain", b"failed"), part("message/delivery-status", b"Action: failed")),
    mail("From: a@b", "Content-Type: text/plain; format=flowed; delsp=yes", "Content-Transfer-Encoding: quoted-printable", body=b"=E3=81=82 =\r\n=20\r\n> x \r\n> y\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n"),
]  # fmt: skip
_SNIPPETS = [
    b"\r\n", b"\n\n", b"\r", b"\x00", b"\x1b$B", b"\x1b(B", b"=?iso-2022-jp?B?", b"?=", b"--", b"--=_b1\r\n", b'"', b"<", b";",
    b"\xff\xfe", b"\x82\xa0", b"Content-Type: multipart/mixed\r\n", b"charset=utf-7", b"%", b"=", b"Date: 1 Jan 99999\r\n", b"<table>" * 20,
]  # fmt: skip


@st.composite
def mutated_mails(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(BASES))
    for _ in range(draw(st.integers(1, 6))):
        at, size = draw(st.integers(0, len(raw))), draw(st.integers(0, 40))
        change = draw(st.sampled_from(["delete", "insert", "overwrite", "double", "cut"]))
        if change == "delete":
            raw = raw[:at] + raw[at + size :]
        elif change == "insert":
            raw = raw[:at] + draw(st.sampled_from(_SNIPPETS)) + raw[at:]
        elif change == "overwrite":
            raw = raw[:at] + draw(st.binary(max_size=8)) + raw[at + 8 :]
        elif change == "double":
            raw = raw[: at + size] + raw[at:]
        elif draw(st.booleans()):
            raw = raw[:at]
    return raw


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated_mails())
def test_a_mutated_mail_has_exactly_one_outcome(raw):
    _expect_one_outcome(raw)


@pytest.mark.long
def test_a_hundred_thousand_mutated_mails_have_exactly_one_outcome_each(request: pytest.FixtureRequest):
    if "long" not in request.config.getoption("markexpr"):
        pytest.skip("run by `.ci/run long`")
    chance = random.Random(20260401)
    for _ in range(100_000):
        raw = bytearray(chance.choice(BASES))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(raw) + 1)
            raw[at : at + chance.randrange(30)] = chance.choice(
                [b"", chance.randbytes(3), chance.choice(_SNIPPETS), bytes(raw[:40])]
            )
        _expect_one_outcome(bytes(raw))


def test_the_mails_of_the_python_test_suite_have_exactly_one_outcome_each():
    folder = Path(os.__file__).parent / "test" / "test_email" / "data"
    mails = sorted(folder.glob("*.txt"))
    if not mails:
        pytest.skip("the test suite of this Python is not installed")
    for path in mails:
        _expect_one_outcome(path.read_bytes())
