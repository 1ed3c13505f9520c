"""言い換え: different words for the same thing."""

from kb.thesaurus import units_of


def test_a_word_of_the_thesaurus_stands_with_its_other_wordings() -> None:
    (unit,) = units_of("ネッティング")
    assert {"相殺", "ネッティング", "差し引き"} <= set(unit.forms())


def test_the_longest_word_wins() -> None:
    (unit,) = units_of("コマ数")
    assert (unit.start, unit.end) == (0, 3)


def test_a_word_inside_another_katakana_or_latin_word_is_not_taken() -> None:
    assert "スロット" not in {form for unit in units_of("コマース") for form in unit.forms()}
    assert all(len(unit.wordings) == 1 for unit in units_of("hundred"))


def test_units_come_in_the_order_of_the_query_with_their_places() -> None:
    units = units_of("石炭のペナルティの端数")
    assert [unit.start for unit in units] == sorted(unit.start for unit in units)
    assert units[1].start == 3


def test_words_that_say_little_are_weak() -> None:
    assert [unit.is_weak for unit in units_of("督促はどうする")] == [False, True, True]
