"""記事の検索: articles that contain everything asked for, then articles that contain part of it, best first.

Whatever is typed is words to look for; there is no query language, so nothing typed can be an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whoosh.searching import Searcher

from kb.analysis import folded
from kb.excerpts import Span, excerpt, mark
from kb.index import ArticleIndex
from kb.ranking import Ranking, Scores
from kb.thesaurus import Unit, units_of

MAX_QUERY_CHARACTERS = 500
MAX_UNITS = 40
COORDINATION = 0.9  # how much of the score of a partial match depends on the share of words it has


@dataclass(frozen=True)
class Hit:
    """検索結果: an article that was found. Title and excerpt come in spans, so that a page can mark and escape."""

    article_id: int
    revision_id: int
    stem: str
    kind: str
    category: str
    title: str
    title_spans: tuple[Span, ...]
    excerpt: tuple[Span, ...]
    score: float


def search(index: ArticleIndex, query: str, *, kind: str | None = None, limit: int = 20) -> list[Hit]:
    """Hits for a query, at most `limit`: those with every word first, then those with some.

    A query that analysis cannot find (one character, part of a word) is looked for as it stands.
    """
    wanted = query[:MAX_QUERY_CHARACTERS]
    if limit < 1 or not any(character.isalnum() for character in folded(wanted)):
        return []
    units = list({tuple(sorted(unit.forms())): unit for unit in units_of(wanted)}.values())[:MAX_UNITS]
    units = [unit for unit in units if not unit.is_weak] or units  # どう or ある need not be there
    with index.searcher() as searcher:
        if not searcher.doc_count():
            return []  # nothing is published: no word has a weight
        hits: list[Hit] = []
        for document, score in _ranked(Ranking(searcher), units):
            stored = searcher.stored_fields(document)
            if kind is None or stored["kind"] == kind:
                hits.append(_hit(stored, units, score))
                if len(hits) == limit:
                    break
        return hits or list(_containing(searcher, folded(wanted).strip(), kind))[:limit]


def _ranked(ranking: Ranking, units: list[Unit]) -> list[tuple[int, float]]:
    """Documents in order: complete ones by score; then partial ones by score and share of the words they have."""
    total: Scores = {}
    having: dict[int, int] = {}
    for unit in units:
        whole = ranking.of_unit(unit)
        for document, score in whole.items():
            total[document] = total.get(document, 0.0) + score
            having[document] = having.get(document, 0) + 1
        for document, score in ranking.of_parts(unit).items():
            if document not in whole:
                total[document] = total.get(document, 0.0) + score

    def place(document: int) -> tuple[bool, float, int]:
        count = having.get(document, 0)
        return count < len(units), -_coordinated(total[document], count, len(units)), document

    return [
        (document, _coordinated(total[document], having.get(document, 0), len(units)))
        for document in sorted(total, key=place)
    ]


def _coordinated(score: float, count: int, of: int) -> float:
    return score * (1 - COORDINATION + COORDINATION * count / of)


def _containing(searcher: Searcher, text: str, kind: str | None) -> Iterator[Hit]:
    """A plain scan of the stored texts, for what is no word at all; reached only when nothing else was found."""
    for stored in searcher.documents(**({} if kind is None else {"kind": kind})):
        if text in folded(stored["title"]) or text in folded(stored["body"]):
            yield _hit(stored, [], 0.0, literal=text)


def _hit(stored: dict[str, Any], units: list[Unit], score: float, literal: str = "") -> Hit:
    return Hit(
        article_id=int(stored["article_id"]),
        revision_id=stored["revision_id"],
        stem=stored["stem"],
        kind=stored["kind"],
        category=stored["category"],
        title=stored["title"],
        title_spans=mark(stored["title"], units, literal),
        excerpt=excerpt(stored["body"], stored["places"], units, literal),
        score=score,
    )
