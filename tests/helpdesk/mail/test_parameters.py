"""ヘッダーのパラメーター: file names in every form that mailers invented, made harmless."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.parameters import MAX_FILE_NAME_LENGTH, harmless_file_name, read_parameters
from tests.helpdesk.mail.raw_mails import word

NAME = "見積書能表.pdf"
JIS, SJIS = NAME.encode("iso2022_jp"), NAME.encode("cp932")


@pytest.mark.parametrize(
    "written",
    [
        f"filename*=utf-8''{quote(NAME)}".encode(),
        f"filename*=utf-8'ja'{quote(NAME)}; filename=broken.pdf".encode(),
        f"filename*=\"utf-8''{quote(NAME)}\"".encode(),
        f"filename*=windows-31j''{quote(SJIS)}".encode(),
        f"filename*=iso-2022-jp''{quote(SJIS)}".encode(),
        f"filename*0*=iso-2022-jp''{quote(JIS[:8])}; filename*1*={quote(JIS[8:])}".encode(),
        f"filename*1*={quote(JIS[8:])}; filename*0*=iso-2022-jp''{quote(JIS[:8])}".encode(),
        f"filename*0*={quote(JIS[:8])}; filename*1*={quote(JIS[8:])}".encode(),
        f"filename*={quote(NAME)}".encode(),
        f'filename="{word(JIS, "iso-2022-jp")}"'.encode(),
        f'filename="{word(JIS[:9], "iso-2022-jp")}\r\n {word(JIS[9:], "iso-2022-jp")}"'.encode(),
        f"filename={word(SJIS, 'x-sjis')}".encode(),
        f'filename*0="{word(JIS, "iso-2022-jp")[:20]}"; filename*1="{word(JIS, "iso-2022-jp")[20:]}"'.encode(),
        b'filename="' + SJIS + b'"',
        b'filename="' + JIS + b'"',
        b"filename=" + NAME.encode(),
        b'filename="' + NAME.encode(),
    ],
)
def test_a_japanese_file_name_is_read(written):
    assert read_parameters(b"attachment; " + written).parameters["filename"] == NAME


def test_quotes_semicolons_and_missing_pieces():
    found = read_parameters(b'Multipart/Mixed; boundary="=_a;b"; x=y z;;; =; a')
    assert (found.value, found.parameters) == ("multipart/mixed", {"boundary": "=_a;b", "x": "y z"})
    assert read_parameters(b"").parameters == {}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\表.txt", "表.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nb\x00.txt", "a b.txt"),
        ("con.txt", "_con.txt"),
        ("..", "添付ファイル1.bin"),
        ("", "添付ファイル1.bin"),
        ('a<b>:"c".txt', "a_b___c_.txt"),
        ("折れ線 グラフ.xlsx", "折れ線 グラフ.xlsx"),
    ],
)
def test_file_names_are_made_harmless(written, expected):
    assert harmless_file_name(written, 1, ".bin") == expected


def test_a_long_file_name_keeps_its_ending():
    name = harmless_file_name("長" * 400 + ".xlsx", 1)
    assert len(name) == MAX_FILE_NAME_LENGTH
    assert name.endswith("長.xlsx")


@given(st.text(max_size=200))
def test_no_file_name_leaves_its_folder(text):
    name = harmless_file_name(text, 3)
    assert 0 < len(name) <= MAX_FILE_NAME_LENGTH
    assert not set(name) & set("/\\\r\n\x00\u202e")
    assert name not in (".", "..")
