"""メールの構造: parts are found with wrong, missing and nested boundaries, and limits hold."""

import pytest

from helpdesk.mail.errors import MailUnreadable
from helpdesk.mail.structure import Cutter, Part
from tests.helpdesk.mail.raw_mails import mail, multipart, part


def _cut(raw: bytes, max_parts: int = 100, max_depth: int = 10) -> tuple[Part, list[str]]:
    cutter = Cutter(max_parts, max_depth, [], [])
    return cutter.cut(raw, 0, len(raw)), cutter.defects


def test_parts_keep_their_bytes_without_the_line_end_of_the_delimiter():
    root, defects = _cut(multipart("mixed", part("text/plain", b"one\r\n"), part("text/html", b"<p>")))
    assert [(child.kind, child.raw_body) for child in root.children] == [
        ("text/plain", b"one\r\n"),
        ("text/html", b"<p>"),
    ]
    assert defects == []


@pytest.mark.parametrize(
    "content_type", ["multipart/mixed", 'multipart/mixed; boundary=""', "multipart/mixed; boundary=no"]
)
def test_a_missing_or_wrong_boundary_is_guessed_from_the_body(content_type):
    body = b"--real\nContent-Type: text/plain\n\na\n--real\nContent-Type: text/html\n\nb\n--real--\n"
    root, defects = _cut(mail(f"Content-Type: {content_type}", body=body))
    assert [child.kind for child in root.children] == ["text/plain", "text/html"]
    assert any("推定" in defect for defect in defects)


def test_a_multipart_without_any_delimiter_is_read_as_text():
    root, defects = _cut(mail("Content-Type: multipart/mixed; boundary=b", body=b"just text"))
    assert (root.kind, root.raw_body) == ("text/plain", b"just text")
    assert defects


def test_a_boundary_that_begins_as_another_one_is_not_confused():
    inner = b"Content-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\n\r\nx\r\n--b2--\r\n"
    root, _ = _cut(mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n" + inner + b"--b--\r\n"))
    assert [grandchild.raw_body for grandchild in root.children[0].children] == [b"x"]


def test_a_truncated_multipart_keeps_what_is_there():
    root, defects = _cut(mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n\r\nbegun"))
    assert root.children[0].raw_body == b"begun"
    assert defects == ["マルチパートの終わりの境界がない"]


def test_a_broken_line_between_headers_does_not_end_them():
    root, defects = _cut(b"Subject: a\nbroken line\nFrom: x@y\n\nbody")
    assert root.first("from") == b"x@y"
    assert root.raw_body == b"body"
    assert defects == ["ヘッダーの中に形式の壊れた行がある"]


def test_headers_without_an_empty_line_end_where_text_begins():
    root, defects = _cut(b"Subject: a\nHello there\nmore text")
    assert root.raw_body == b"Hello there\nmore text"
    assert defects == ["ヘッダーと本文の間の空行がない"]


def test_an_mbox_line_is_skipped():
    root, _ = _cut(b"From x@y Wed Apr 1 10:00:00 2026\nSubject: a\n\nb")
    assert root.headers == [("subject", b"a")]


def test_too_many_or_too_deep_parts_are_refused():
    with pytest.raises(MailUnreadable, match="パートの数が上限"):
        _cut(multipart("mixed", *[part("text/plain", b"x")] * 20), max_parts=10)
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20))
    with pytest.raises(MailUnreadable, match="入れ子が上限"):
        _cut(deep)


def test_a_digest_holds_mails():
    root, _ = _cut(multipart("digest", b"\r\nSubject: a\r\n\r\nb"))
    assert root.children[0].kind == "message/rfc822"


def test_a_header_folded_without_end_does_not_hide_those_behind_it():
    folded = b"Subject: a" + b"\r\n longer than anybody reads" * 100_000
    root, defects = _cut(folded + b"\r\nFrom: x@y.example\r\nMessage-ID: <m@y.example>\r\n\r\nbody")
    assert [name for name, _ in root.headers] == ["subject", "from", "message-id"]
    assert root.first("subject").startswith(b"a\r\n longer than")
    assert (root.raw_body, defects) == (b"body", [])


def test_the_folds_of_a_header_that_is_not_kept_belong_to_no_other():
    many = b"".join(b"X-%d: v\n" % number for number in range(1000))
    root, _ = _cut(many + b"X-Lost: v\n folded\n\nbody")
    assert root.headers[-1] == ("x-999", b"v")
    assert root.raw_body == b"body"
