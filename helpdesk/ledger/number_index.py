"""請求書番号の索引: which of thousands of invoice numbers stand in a text, exactly or with a slip? Looked up, not searched.

A slip is one wrong letter or two neighbours exchanged, in numbers of eight letters and more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from helpdesk.ledger.payer_names import LEAST_NEARLY, Words


class NumberIndex:
    """Numbers as they are compared (`number_letters`), by themselves and with any one letter left open."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = set(numbers)
        self._lengths = {len(each) for each in self._numbers}

    def mentioned(self, words: Words) -> set[str]:
        """The numbers that stand in the text as themselves."""
        found = {each for each in self._windows(words) if each in self._numbers}
        return {each for each in found if words.mention(each)}

    def nearly_mentioned(self, words: Words) -> set[str]:
        """The numbers of which one with a slip stands in the text."""
        found: set[str] = set()
        for window in self._windows(words):
            if len(window) < LEAST_NEARLY:
                continue
            for masked in _masked(window):
                found |= self._by_mask.get(masked, set())
            found |= {swapped for swapped in _swapped(window) if swapped in self._numbers}
        return {each for each in found if words.nearly_mention(each)}

    def _windows(self, words: Words) -> Iterator[str]:
        letters = words.letters
        for length in self._lengths:
            yield from {letters[at : at + length] for at in range(len(letters) - length + 1)}

    @cached_property
    def _by_mask(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for number in self._numbers:
            if len(number) >= LEAST_NEARLY:
                for masked in _masked(number):
                    found[masked].add(number)
        return found


def _masked(text: str) -> Iterator[str]:
    """The text with each of its letters left open in turn."""
    return (f"{text[:at]}?{text[at + 1 :]}" for at in range(len(text)))


def _swapped(text: str) -> Iterator[str]:
    """The text with each pair of neighbours exchanged in turn."""
    return (f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}" for at in range(len(text) - 1))
