"""符号化語: joined before decoding, read wherever they stand."""

import base64

import pytest

from helpdesk.mail.encoded_words import decode_words, without_word_remains
from tests.helpdesk.mail.raw_mails import MICROSOFT_TEXT, MICROSOFT_WORD, word

TEXT = "ペナルティ算定についての問合せ"


def test_the_microsoft_subject_of_a_real_complaint_is_read():
    assert decode_words(MICROSOFT_WORD) == MICROSOFT_TEXT


@pytest.mark.parametrize("codec", ["utf-8", "iso2022_jp", "cp932", "euc_jp"])
def test_words_cut_anywhere_inside_the_bytes_are_joined(codec):
    octets, name = TEXT.encode(codec), {"iso2022_jp": "ISO-2022-JP", "cp932": "Shift_JIS"}.get(codec, codec)
    for cut in range(1, len(octets)):
        assert decode_words(f"{word(octets[:cut], name)}\r\n {word(octets[cut:], name.lower())}") == TEXT


def test_words_cut_inside_a_group_of_base64_are_joined():
    code = base64.b64encode(TEXT.encode("iso2022_jp")).decode()
    for cut in range(1, len(code)):
        assert decode_words(f"=?iso-2022-jp?B?{code[:cut]}?= =?iso-2022-jp?B?{code[cut:]}?=") == TEXT


def test_blanks_vanish_between_words_and_stay_before_text():
    assert decode_words("Re: =?utf-8?B?44GC?= =?utf-8?Q?=E3=81=84?= end") == "Re: あい end"


def test_words_stuck_together_or_in_quotes_are_read():
    assert decode_words("=?utf-8?B?44GC?==?utf-8?B?44GE?=") == "あい"
    assert decode_words('"=?utf-8?B?44GC?=" <a@b>') == '"あ" <a@b>'


def test_quoted_words_take_underscores_question_marks_and_broken_codes():
    assert decode_words("=?utf-8?Q?a_b?c=3D=zz?=") == "a b?c==zz"


def test_unended_and_doubly_encoded_words_are_read():
    assert decode_words("=?utf-8?B?44GC") == "あ"
    assert decode_words(word(word("あ".encode(), "utf-8").encode(), "utf-8")) == "あ"


def test_a_word_cut_inside_a_character_gives_no_false_character():
    assert decode_words("件名 =?UTF-8?Q?=E3=81?=") == "件名 \ufffd"
    assert decode_words("=?UTF-8?Q?=E3=81=82=E3=81?=") == "あ\ufffd"
    assert decode_words("=?UTF-8?Q?=ED=A0=80?=") == "\ufffd"


def test_guesses_are_recorded():
    notes: list[str] = []
    assert decode_words(word("髙橋㈱".encode("cp932"), "utf-8"), notes) == "髙橋㈱"
    assert "cp932" in notes[0]


def test_what_nobody_can_decode_loses_its_frame_only():
    assert without_word_remains("=?utf-8?X?abc?= d") == "abc d"
    assert without_word_remains("a=?b") == "a=？b"
