"""ヘッダーの解読: subjects, ids and dates, however broken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.headers import MAX_SUBJECT_LENGTH, read_date, read_message_ids, read_subject


@pytest.mark.parametrize("codec", ["utf-8", "iso2022_jp", "cp932", "euc_jp"])
def test_raw_bytes_in_a_subject_are_read(codec):
    assert read_subject("Re: ペナルティ算定の件".encode(codec)) == "Re: ペナルティ算定の件"


def test_a_folded_subject_is_one_line_without_control_characters():
    assert read_subject(b"a\r\n\tb\x00\x07 c\x1b[31m\n  d") == "a b c[31m d"
    assert read_subject(b"=?utf-8?Q?a=0D=0ABcc:_x=E2=80=AEy?=") == "a Bcc: xy"


def test_a_long_subject_is_cut():
    assert len(read_subject(b"x" * 5000)) == MAX_SUBJECT_LENGTH


@given(st.binary(max_size=200))
def test_nothing_encoded_is_ever_left_in_a_subject(octets):
    for raw in (octets, b"=?" + octets, b"=?iso-2022-jp?B?" + octets, b"\x1b$B" + octets):
        subject = read_subject(raw)
        assert "=?" not in subject
        assert "\x1b" not in subject
        assert subject.splitlines() in ([], [subject])


def test_message_ids_lose_brackets_folds_and_repetitions():
    assert read_message_ids(b"<a@x>\r\n <b\r\n c@x> <a@x>") == ("a@x", "bc@x")
    assert read_message_ids(b"a@x b@x") == ("a@x", "b@x")
    assert read_message_ids(b"no-brackets") == ("no-brackets",)
    assert read_message_ids(b" ") == ()


def test_a_long_id_that_a_mailer_folded_into_encoded_words_is_read():
    folded = b"<a@x> =?utf-8?q?=3Chd=2Eanswer=2E2026-000001-5=2E59e956634d7?=\r\n =?utf-8?q?e5=40helpdesk=2Eexample=3E?="
    assert read_message_ids(folded) == ("a@x", "hd.answer.2026-000001-5.59e956634d7e5@helpdesk.example")


def test_the_newest_ids_of_a_long_list_are_kept():
    ids = read_message_ids(b" ".join(b"<%d@x>" % n for n in range(300)))
    assert len(ids) == 100
    assert ids[-1] == "299@x"


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 01 Apr 2026 10:00:00 +0900 (JST)",
        "1 Apr 26 10:00 JST",
        "Wed, 01 Apr 2026 01:00:00 -0000",
        "2026-04-01T10:00:00+09:00",
        "2026/4/1 10:00:00 +0900",
    ],
)
def test_dates_are_read_in_utc(written):
    assert read_date(written.encode()) == datetime(2026, 4, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "Wed, 99 Foo 2026",
        "Wed, 01 Apr 99999 10:00:00 +0900",
        "1 Jan 1970 00:00:00 +99999",
        "0000-99-99 00:00",
    ],
)
def test_what_is_no_date_is_none(written):
    assert read_date(written.encode()) is None


@given(st.binary(max_size=80))
def test_no_date_raises(octets):
    for raw in (octets, b"Wed, 01 Apr " + octets):
        moment = read_date(raw)
        assert moment is None or moment.utcoffset().total_seconds() == 0
