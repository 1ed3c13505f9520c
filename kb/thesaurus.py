"""言い換え: which words mean the same to the people who write in; applied to queries, never to the index."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.analysis import Term, every_form, folded, terms_of


@dataclass(frozen=True)
class Unit:
    """検索単位: one thing a query asks for: any of its wordings, each of them a run of terms."""

    start: int
    end: int
    wordings: tuple[tuple[Term, ...], ...]
    is_noun: bool = True
    is_weak: bool = False

    def forms(self) -> Iterator[str]:
        """All terms of all wordings, long units and their parts."""
        return (form.text for wording in self.wordings for term in wording for form in every_form(term))


def units_of(query: str) -> list[Unit]:
    """What a query asks for, in its order; words of the thesaurus stand with all their wordings."""
    text = folded(query)
    taken = _thesaurus_spans(text)
    units = [Unit(start, end, _wordings()[word]) for start, end, word in taken]
    for term in terms_of(query):
        if not any(start <= term.start and term.end <= end for start, end, _ in taken):
            units.append(Unit(term.start, term.end, ((term,),), term.is_noun, term.is_weak))
    return sorted(units, key=lambda unit: unit.start)


def _thesaurus_spans(text: str) -> list[tuple[int, int, str]]:
    """Words of the thesaurus in a text, the longest first, without overlaps."""
    taken: list[tuple[int, int, str]] = []
    for word in _words():
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if _stands_alone(text, start, end) and not any(s < end and start < e for s, e, _ in taken):
                taken.append((start, end, word))
            start = text.find(word, end)
    return sorted(taken)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A word of letters or kana inside a longer one (コマ in コマース, dr in hundred) is another word."""
    return not (
        _goes_on(text[start - 1 : start], text[start]) or _goes_on(text[end : end + 1], text[end - 1])
    )


def _goes_on(neighbour: str, edge: str) -> bool:
    def script(character: str) -> str:
        if "ァ" <= character <= "ヺ" or character == "ー":
            return "katakana"
        return "latin" if character.isascii() and character.isalnum() else ""

    return bool(neighbour) and script(neighbour) == script(edge) != ""


@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    parsed = tomllib.loads(files("kb").joinpath("thesaurus.toml").read_text(encoding="utf-8"))
    return tuple(tuple(folded(word) for word in group["words"]) for group in parsed["group"])


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted({word for group in _groups() for word in group}, key=lambda word: (-len(word), word)))


@cache
def _wordings() -> dict[str, tuple[tuple[Term, ...], ...]]:
    return {
        word: tuple(dict.fromkeys(_terms_without_places(wording) for wording in group))
        for group in _groups()
        for word in group
    }


def _terms_without_places(word: str) -> tuple[Term, ...]:
    return tuple(
        Term(term.text, 0, 0, tuple(Term(part.text, 0, 0) for part in term.parts), term.is_noun, term.is_weak)
        for term in terms_of(word)
    )
