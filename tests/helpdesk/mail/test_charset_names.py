"""文字コード名: the names that mailers write lead to a decoder, nonsense to none."""

import pytest

from helpdesk.mail.charset_names import decoder, family


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("windows-31j", "cp932"),
        ("x-sjis", "cp932"),
        ("SHIFT_JIS", "cp932"),
        ('"Shift-JIS"', "cp932"),
        ("cp50220", "iso-2022-jp"),
        ("ISO-2022-JP-MS", "iso-2022-jp"),
        ("iso-2022-jp*ja", "iso-2022-jp"),
        ("cp51932", "euc-jp"),
        ("x-euc-jp", "euc-jp"),
        ("eucJP-win", "euc-jp"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("utf8", "utf-8"),
        ("ISO-8859-1", "cp1252"),
        ("iso-8859-8-i", "iso8859-8"),
        ("gb2312", "gb18030"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_a_known_name_has_its_family(declared, expected):
    assert family(declared) == expected
    assert decoder(family(declared))(b"abc") == "abc"


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "unknown-8bit",
        "klingon",
        "rot13",
        "zlib",
        "idna",
        "punycode",
        "unicode_escape",
        "undefined",
        "あ",
        "\x00",
        "x" * 99,
    ],
)
def test_a_name_that_says_nothing_or_is_dangerous_has_no_family(declared):
    assert family(declared) == ""
