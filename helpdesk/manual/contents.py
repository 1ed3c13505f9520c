"""操作マニュアル (requirement B9.1): its pages in order, which screens each explains, and what a search finds in them.

A page is `<stem>.md` beside this module: the first line is its title (`# …`), each `## …` begins a section.
What a person presses stands in 「」 as it stands on the screen; a test holds every 「…」 against the templates.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_EXCERPT = 90

# stem, and the screens (blueprints) whose help it is
SCREENS: Final[dict[str, frozenset[str]]] = {
    "begin": frozenset({"home", "sign_in", "mailbox", "manual"}),
    "inquiries": frozenset({"cases"}),
    "amounts": frozenset({"calculations", "rules"}),
    "parameters": frozenset({"parameters"}),
    "imports": frozenset({"imports"}),
    "assessment": frozenset({"assessment"}),
    "calls": frozenset({"calls"}),
    "objections": frozenset({"objections"}),
    "statements": frozenset({"statements"}),
    "late-payments": frozenset({"settlement"}),
    "books": frozenset({"books"}),
    "transfers": frozenset({"transfers"}),
    "watch": frozenset({"alerts"}),
    "checklists": frozenset({"checklists"}),
    "reports": frozenset({"reports"}),
    "knowledge": frozenset({"kb"}),
    "users": frozenset({"admin", "invitations", "design"}),
    "portal": frozenset({"portal"}),
    "trouble": frozenset(),
}
FIRST: Final = "begin"
OF_BUSINESSES: Final = "portal"


@dataclass(frozen=True, slots=True)
class Section:
    """節: `anchor` within the page, heading, Markdown."""

    anchor: str
    title: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Page:
    """マニュアルの1頁: title, what it is about in a sentence or two (Markdown), sections."""

    stem: str
    title: str
    summary: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an excerpt, and whether it is what was looked for."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """見つかった箇所: a page, one of its sections (none: its summary), and the words around the find."""

    page: Page
    section: Section | None
    excerpt: tuple[Span, ...]


@cache
def pages() -> tuple[Page, ...]:
    """The whole manual, in reading order."""
    return tuple(_read(stem) for stem in SCREENS)


def page_of(screen: str) -> Page:
    """The page that explains a screen (a blueprint's name); the first one where none does."""
    stem = next((stem for stem, screens in SCREENS.items() if screen in screens), FIRST)
    return next(page for page in pages() if page.stem == stem)


def find(wanted: str) -> list[Hit]:
    """Every section with all words of `wanted`, wherever they stand in it or its heading; width and case do not count."""
    words = unicodedata.normalize("NFKC", wanted).casefold().split()
    if not words:
        return []
    hits = []
    for page in pages():
        for section in (None, *page.sections):
            title, text = (section.title, section.markdown) if section else (page.title, page.summary)
            plain = "　".join([title, *(_plain(line) for line in text.splitlines() if line.strip())])
            if all(word in _folded(plain)[0] for word in words):
                hits.append(Hit(page, section, _excerpt(plain, words)))
    return hits


def _read(stem: str) -> Page:
    parts = (_FOLDER / f"{stem}.md").read_text(encoding="utf-8").split("\n## ")
    title, _, summary = parts[0].partition("\n")
    sections = [part.partition("\n") for part in parts[1:]]
    return Page(
        stem,
        title.removeprefix("# ").strip(),
        summary.strip(),
        tuple(
            Section(f"s{number}", heading.strip(), text.strip())
            for number, (heading, _, text) in enumerate(sections, 1)
        ),
    )


def _plain(line: str) -> str:
    """A line of Markdown as one reads it aloud: marks of lists, links and code are gone."""
    text = line.strip().lstrip("0123456789.-> ").replace("**", "").replace("`", "")
    while (middle := text.find("](")) != -1:
        opening, closing = text.rfind("[", 0, middle), text.find(")", middle)
        text = text[:opening] + text[opening + 1 : middle] + text[closing + 1 :]
    return text


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without differences of width and case, and for each of its characters where it came from."""
    pieces = [unicodedata.normalize("NFKC", letter).casefold() for letter in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), places


def _excerpt(text: str, words: list[str]) -> tuple[Span, ...]:
    folded, places = _folded(text)
    begin = max(0, places[folded.index(words[0])] - _EXCERPT // 3)
    marked = [False] * len(text)
    for word in words:
        at = folded.find(word)
        while at != -1:
            for place in places[at : at + len(word)]:
                marked[place] = True
            at = folded.find(word, at + len(word))
    spans: list[Span] = [Span("…", False)] if begin else []
    end = min(len(text), begin + _EXCERPT)
    for place in range(begin, end):
        if spans and spans[-1].is_match == marked[place]:
            spans[-1] = Span(spans[-1].text + text[place], marked[place])
        else:
            spans.append(Span(text[place], marked[place]))
    return (*spans, Span("…", False)) if end < len(text) else tuple(spans)
