"""順位: how well each indexed article fits the words asked for, added up by ourselves from Whoosh's postings.

The scores of single terms are Whoosh's (BM25F). They are put together here, because its own combinations are wrong in
this version: DisjunctionMax gives a document the score of another one and drops matches at the end of a list, and
the bonus of `Or(scale=…)` changes while the postings are read. A word counts once, in the field it fits best, so
that common words of titles do not beat rare words of bodies (libraries.md §1).
"""

import math

from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from kb.analysis import Term
from kb.thesaurus import Unit

Scores = dict[int, float]  # document number -> score

FIELD_WEIGHTS = (("title", 1.2), ("questions", 1.1), ("text", 1.0))
PART_WEIGHT = 0.5  # of a long unit of which only parts are there


class Ranking:
    """The scores of words in one searcher; each word's postings are read once."""

    def __init__(
        self, searcher: Searcher, field_weights: tuple[tuple[str, float], ...] = FIELD_WEIGHTS
    ) -> None:
        self._searcher = searcher
        self._field_weights = field_weights
        self._of_word: dict[str, Scores] = {}

    def of_word(self, word: str) -> Scores:
        """Documents with a word, each with its score in the best field."""
        if word not in self._of_word:
            best: Scores = {}
            for field, weight in self._field_weights:
                for document, score in self._postings(field, word).items():
                    best[document] = max(best.get(document, 0.0), weight * score)
            self._of_word[word] = best
        return self._of_word[word]

    def rarity(self, unit: Unit) -> float:
        """How telling a unit is: the fewer articles have it, the more; 0 if none has. Reads no postings."""
        having = max(
            min((self._frequency(term.text) for term in wording), default=0) for wording in unit.wordings
        )
        return math.log((self._searcher.doc_count() + 1) / having) + 0.1 if having else 0.0

    def of_unit(self, unit: Unit) -> Scores:
        """Documents with one of the unit's wordings complete; the best wording counts."""
        best: Scores = {}
        for wording in unit.wordings:
            for document, score in _in_all([self._of_term(term) for term in wording]).items():
                best[document] = max(best.get(document, 0.0), score)
        return best

    def of_parts(self, unit: Unit) -> Scores:
        """Documents with some part of a long unit; a word of the thesaurus is taken whole or not at all."""
        found: Scores = {}
        for term in unit.wordings[0] if len(unit.wordings) == 1 else ():
            for part in term.parts:
                for document, score in self.of_word(part.text).items():
                    found[document] = found.get(document, 0.0) + PART_WEIGHT * score / len(term.parts)
        return found

    def _of_term(self, term: Term) -> Scores:
        """A long unit is there when all its parts are; standing there in one piece it counts for more."""
        if not term.parts:
            return self.of_word(term.text)
        whole = self.of_word(term.text)
        parts = _in_all([self.of_word(part.text) for part in term.parts])
        mean = {document: score / len(term.parts) for document, score in parts.items()}
        return {
            document: mean.get(document, 0.0) + whole.get(document, 0.0)
            for document in mean.keys() | whole.keys()
        }

    def _frequency(self, word: str) -> int:
        return max(self._searcher.doc_frequency(field, word) for field, _ in self._field_weights)

    def _postings(self, field: str, word: str) -> Scores:
        try:
            matcher = self._searcher.postings(field, word)
        except TermNotFound:
            return {}
        scores: Scores = {}
        while matcher.is_active():
            scores[matcher.id()] = matcher.score()
            matcher.next()
        return scores


def _in_all(several: list[Scores]) -> Scores:
    """Documents in every one of them, with the sum of their scores."""
    if not several:
        return {}
    common = set(min(several, key=len))
    for scores in several:
        common.intersection_update(scores)
    return {document: sum(scores[document] for scores in several) for document in common}
