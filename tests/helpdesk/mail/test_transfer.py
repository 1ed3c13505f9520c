"""転送符号化: base64, quoted-printable and uuencode, also cut off."""

import base64
import binascii

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.transfer import decode_transfer, uu_files

CONTENT = bytes(range(256)) * 3


def test_cut_off_base64_gives_all_whole_bytes_and_a_defect():
    defects: list[str] = []
    code = base64.encodebytes(CONTENT)[:-7]
    decoded = decode_transfer(code, "base64", defects)
    assert CONTENT.startswith(decoded)
    assert len(decoded) > len(CONTENT) - 8
    assert any("切れている" in defect for defect in defects)


def test_base64_with_stray_characters_and_inner_padding_is_read():
    defects: list[str] = []
    code = base64.b64encode(b"abcde") + b"\r\n" + base64.b64encode(b"fg") + b"\r\n!\r\n"
    assert decode_transfer(code, " BASE64 ", defects) == b"abcdefg"
    assert defects


def test_a_padding_sign_before_the_last_letter_is_no_reason_to_give_up():
    defects = []
    assert decode_transfer(b"SGVsbG8gd29ybGQ=E", "base64", defects) == b"Hello world"


def test_plain_text_labelled_base64_stays_as_it_is():
    defects: list[str] = []
    text = "これは base64 ではありません。".encode()
    assert decode_transfer(text, "base64", defects) == text
    assert decode_transfer(b"only plain words here\r\n", "base64", defects) == b"only plain words here\r\n"
    assert len(defects) == 2


def test_quoted_printable_and_unknown_encodings():
    defects: list[str] = []
    assert decode_transfer(b"=E3=81=82=\r\n!=zz", "Quoted-Printable", defects) == "あ!=zz".encode()
    assert defects == []
    assert decode_transfer(b"abc", "x-secret", defects) == b"abc"
    assert "x-secret" in defects[0]


def _uu(content: bytes, name: str) -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def test_uuencoded_files_are_taken_out_of_a_text_and_leave_their_name():
    text, files = uu_files(f"前\n{_uu(CONTENT, 'a.bin')}後\n")
    assert text == "前\n［添付: a.bin］\n後\n"
    assert [(file.name, file.content) for file in files] == [("a.bin", CONTENT)]
    assert decode_transfer(_uu(CONTENT, "a.bin").encode(), "x-uuencode", []) == CONTENT


def test_a_sentence_with_begin_and_end_is_no_file():
    text = "begin 644 の話\nふつうの文\nend\n"
    assert uu_files(text) == (text, ())


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", "?"]))
def test_no_content_raises(octets, encoding):
    assert isinstance(decode_transfer(octets, encoding, []), bytes)


@given(st.binary(max_size=200))
def test_base64_round_trips(content):
    defects: list[str] = []
    assert decode_transfer(base64.encodebytes(content), "base64", defects) == content
    assert defects == []
