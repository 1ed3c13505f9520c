"""What a file cannot hold is replaced visibly, and nothing else is touched."""

from helpdesk.documents.legible import breakable, font_path, legible, printable


def test_control_characters_half_surrogates_and_turned_directions_are_shown_as_missing() -> None:
    assert legible("a\x00b\ud800c\x1b\u202ed\uffff") == "a〓b〓c〓〓d〓"


def test_line_ends_are_one_kind_and_tabs_stay() -> None:
    assert legible("一\r\n二\r三\u2028四\t五") == "一\n二\n三\n四\t五"


def test_ordinary_japanese_passes_unchanged() -> None:
    text = "髙橋㈱①〜③ №12 ﾊﾝｶｸ「㎾」−1,234円 é Ω"
    assert legible(text) == text
    assert printable(text) == text


def test_what_the_font_lacks_is_missing_in_print_only() -> None:
    assert legible("了解🙂") == "了解🙂"
    assert printable("了解🙂") == "了解〓"
    assert printable("葛\U000e0100城\ufe0f") == "葛城"


def test_a_line_without_a_space_can_be_broken() -> None:
    broken = breakable("A" * 5_000)
    assert max(map(len, broken.split("\u200b"))) <= 24
    assert broken.replace("\u200b", "") == "A" * 5_000
    assert breakable("2026-000123-4") == "2026-000123-4"


def test_the_font_is_a_file_that_comes_with_the_installation() -> None:
    assert font_path().read_bytes().startswith(b"OTTO")
