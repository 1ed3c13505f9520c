"""日本語文字コード: what Windows added to JIS, EUC and Shift_JIS is read, standard text as the standard codecs do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.japanese_codecs import decode_cp932, decode_euc_jp, decode_iso2022_jp
from tests.helpdesk.mail.raw_mails import MICROSOFT_TEXT, microsoft_jis


def test_microsoft_characters_in_iso2022_jp_are_read():
    assert decode_iso2022_jp(microsoft_jis("㈱髙橋①Ⅳ№﨑")) == "㈱髙橋①Ⅳ№﨑"
    assert decode_iso2022_jp(b'\x1b$B-j$"$$$&$($*|b$+$-$/$1$3\x1b(B') == MICROSOFT_TEXT


def test_half_width_kana_are_read_by_escape_and_by_shift():
    assert decode_iso2022_jp(b"\x1b(I1234\x1b(B") == "ｱｲｳｴ"
    assert decode_iso2022_jp(b"a\x0e12\x0fb") == "aｱｲb"


def test_jis_x_0212_and_0213_designations_are_read():
    assert decode_iso2022_jp("丂鷗".encode("iso2022_jp_2")) == "丂鷗"
    assert decode_iso2022_jp("①鷗".encode("iso2022_jp_2004")) == "①鷗"


def test_korean_inside_a_japanese_mail_is_left_to_the_standard_codec():
    assert decode_iso2022_jp("日本 한국".encode("iso2022_jp_2")) == "日本 한국"


@given(st.text(alphabet="あいうアイウ漢字容量市場〜−①ab 12"))
def test_iso2022_jp_of_the_standard_codec_round_trips(text):
    standard = text.replace("①", "")
    assert decode_iso2022_jp(standard.encode("iso2022_jp")) == standard


def test_eight_bit_bytes_are_no_iso2022_jp():
    with pytest.raises(UnicodeDecodeError):
        decode_iso2022_jp("あ".encode("euc_jp"))
    with pytest.raises(UnicodeDecodeError):
        decode_iso2022_jp(b'\x1b$B$"$\x1b(B')


def test_windows_and_ibm_characters_in_euc_jp_are_read():
    assert decode_euc_jp(b"\xad\xea\xad\xa1\xfc\xe2") == "㈱①髙"  # cp51932
    assert decode_euc_jp(b"\x8f\xf3\xf3\x8f\xf4\xab\x8f\xf4\xfb\x8f\xf4\xfe") == "ⅰ㈱髙黑"  # eucJP-ms
    assert decode_euc_jp("ｱｲｳ漢字丂".encode("euc_jp")) == "ｱｲｳ漢字丂"


def test_shift_jis_is_code_page_932_without_its_four_empty_bytes():
    assert decode_cp932("㈱髙①～ｱ能表".encode("cp932")) == "㈱髙①～ｱ能表"
    for octets in (b"\x80", b"\xa0", b"\xfd", b"\xff"):
        with pytest.raises(UnicodeDecodeError):
            decode_cp932(octets)
