"""抜粋: the piece of an article that shows why it was found, in spans that a page can mark and escape itself."""

import re
from dataclasses import dataclass

from kb.analysis import analysed, every_form, folded
from kb.thesaurus import Unit

Places = dict[str, list[int]]  # term -> start, end, start, end … in the displayed text

WIDTH = 120  # characters
ENDS = "。\n"


@dataclass(frozen=True)
class Span:
    """A stretch of text that either matches the query or does not."""

    text: str
    is_match: bool


def mark(text: str, units: list[Unit], literal: str = "") -> tuple[Span, ...]:
    """A short text (a title) with its matching words marked."""
    places = places_of(text)
    found = _found(places, units) or _literal_places(text, literal)
    return _spans(text, 0, len(text), [(start, end) for start, end, _ in found])


def excerpt(body: str, places: Places, units: list[Unit], literal: str = "") -> tuple[Span, ...]:
    """The stretch of the body with the most different words of the query, beginning at a sentence."""
    found = _found(places, units) or _literal_places(body, literal)
    begin = _sentence_begin(body, _richest_place(found)) if found else 0
    end = min(begin + WIDTH, len(body))
    spans = _spans(body, begin, end, [(start, stop) for start, stop, _ in found])
    before = (Span("…", False),) if begin > 0 else ()
    after = (Span("…", False),) if end < len(body) else ()
    return (*before, *spans, *after)


def places_of(text: str) -> Places:
    """Where each term of a text stands."""
    places: Places = {}
    for term in analysed(text):
        for form in every_form(term):
            places.setdefault(form.text, []).extend((form.start, form.end))
    return places


def _found(places: Places, units: list[Unit]) -> list[tuple[int, int, str]]:
    """Places of the words asked for, in order; the parts of a long word only where the whole is nowhere."""
    words: set[str] = set()
    for term in (term for unit in units for wording in unit.wordings for term in wording):
        whole_is_there = term.text in places or not term.parts
        words.update([term.text] if whole_is_there else [part.text for part in term.parts])
    return sorted(
        (start, end, word)
        for word in words
        for start, end in zip(places.get(word, [])[::2], places.get(word, [])[1::2], strict=True)
    )


def _richest_place(found: list[tuple[int, int, str]]) -> int:
    """Where a window of WIDTH begins that holds the most different words; the first of equals."""
    best_start, best_count, last = found[0][0], 0, 0
    inside: dict[str, int] = {}
    for start, _, word in found:
        while last < len(found) and found[last][1] <= start + WIDTH:
            inside[found[last][2]] = inside.get(found[last][2], 0) + 1
            last += 1
        if len(inside) > best_count:
            best_start, best_count = start, len(inside)
        if word in inside:
            inside[word] -= 1
            if not inside[word]:
                del inside[word]
    return best_start


def _sentence_begin(body: str, place: int) -> int:
    """The beginning of the sentence, unless that is too far away to show the place."""
    begin = max(body.rfind(end, 0, place) for end in ENDS) + 1
    return begin if place - begin <= WIDTH // 3 else place - WIDTH // 6


def _literal_places(text: str, literal: str) -> list[tuple[int, int, str]]:
    found = re.finditer(re.escape(literal), folded(text)) if literal else ()
    return [(match.start(), match.end(), literal) for match in found]


def _spans(text: str, begin: int, end: int, places: list[tuple[int, int]]) -> tuple[Span, ...]:
    spans, at = [], begin
    for start, stop in sorted(places):
        start, stop = max(start, at), min(stop, end)
        if start >= stop:
            continue
        if start > at:
            spans.append(Span(_one_line(text[at:start]), False))
        if spans and spans[-1].is_match and start == at:
            spans[-1] = Span(spans[-1].text + text[start:stop], True)
        else:
            spans.append(Span(text[start:stop], True))
        at = stop
    if at < end:
        spans.append(Span(_one_line(text[at:end]), False))
    return tuple(spans)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
