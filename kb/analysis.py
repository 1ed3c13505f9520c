"""日本語の解析: text into search terms — what counts as the same word when articles are searched.

Sudachi's longest units (mode C) and, at the same position, their short parts (mode A), each in normalized form,
so that 申込 finds 申し込み and 拠出 finds 拠出金. Before that the text is folded: NFKC, old kanji, wave dashes,
lower case; a final ー of a long katakana word is dropped (アグリゲーター is アグリゲータ).
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import Any

from sudachipy import Dictionary, SplitMode
from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

ANALYSER_VERSION = "1"  # raise it whenever the terms of the same text change: the index is then rebuilt

DROPPED = frozenset({"助詞", "助動詞", "補助記号", "空白"})
WEAK = frozenset({"副詞", "代名詞", "連体詞", "接続詞", "感動詞"})
CHARACTERS_PER_CHUNK = 12_000  # Sudachi takes 49,149 bytes at a time; a character has at most 4

# One character for one, so that offsets stay what they were. NFKC leaves all of these alone.
FOLDED = str.maketrans(
    "髙﨑德邊邉齋齊澤濱濵廣國會學實舊體發眞來與豐櫻彌縣應當參處變邊拂豫嶋龍瀧〜−‐‑‒–—―",
    "高崎徳辺辺斎斉沢浜浜広国会学実旧体発真来与豊桜弥県応当参処変辺払予島竜滝~-------",
)
FINAL_LONG_MARK = re.compile(r"[ァ-ヺ][ァ-ヺー]{2,}ー")

_own = threading.local()


@dataclass(frozen=True)
class Term:
    """検索語: one term of a text, with where it stood; `parts` are the short units a long one is made of."""

    text: str
    start: int
    end: int
    parts: tuple["Term", ...] = ()
    is_noun: bool = True
    is_weak: bool = False  # どう, ある, それ: says little about what is asked


def dictionary_version() -> str:
    """The version of the installed dictionary; terms change with it."""
    return metadata.version("sudachidict-core")


def displayed(text: str) -> str:
    """NFKC text as it is stored and shown; terms' offsets refer to it."""
    clean = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate would stop the analyser
    return unicodedata.normalize("NFKC", clean.replace("\x00", " "))


def folded(text: str) -> str:
    """`displayed` text with variants folded, of the same length."""
    translated = displayed(text).translate(FOLDED)
    lowered = translated.lower()
    if len(lowered) == len(translated):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in translated)


def terms_of(text: str) -> Iterator[Term]:
    """Terms of `displayed(text)` in reading order, particles and punctuation left out."""
    whole = folded(text)
    for offset, chunk in _chunks(whole):
        for morpheme in _tokenizer().tokenize(chunk):
            part_of_speech = morpheme.part_of_speech()
            if part_of_speech[0] in DROPPED:
                continue
            term = _term(morpheme, offset)
            if not term.text:
                continue
            shorter = [_term(part, offset) for part in morpheme.split(SplitMode.A)]
            yield Term(
                text=term.text,
                start=term.start,
                end=term.end,
                parts=tuple(part for part in shorter if part.text) if len(shorter) > 1 else (),
                is_noun=part_of_speech[0] == "名詞",
                is_weak=part_of_speech[0] in WEAK or "非自立可能" in part_of_speech,
            )


@lru_cache(maxsize=8)
def analysed(text: str) -> tuple[Term, ...]:
    """`terms_of`, remembered while one article is indexed: its body is asked for twice."""
    return tuple(terms_of(text))


def every_form(term: Term) -> Iterator[Term]:
    """A term and its parts: what the index holds for it."""
    yield term
    for part in term.parts:
        if part.text != term.text:
            yield part


def _term(morpheme: Any, offset: int) -> Term:
    text = _one_form(morpheme.normalized_form())
    return Term(text, offset + morpheme.begin(), offset + morpheme.end())


@lru_cache(maxsize=50_000)
def _one_form(normalized: str) -> str:
    text = folded(normalized).strip()
    return text.rstrip("ー") if FINAL_LONG_MARK.fullmatch(text) else text


def _tokenizer() -> Any:
    """One tokenizer a thread: a shared one fails as soon as two threads use it (libraries.md §1)."""
    if not hasattr(_own, "tokenizer"):
        _own.tokenizer = Dictionary(dict="core").tokenizer(SplitMode.C)
    return _own.tokenizer


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = min(start + CHARACTERS_PER_CHUNK, len(text))
        if end < len(text):
            cut = max(text.rfind("\n", start, end), text.rfind("。", start, end))
            end = cut + 1 if cut > start else end
        yield start, text[start:end]
        start = end


class JapaneseAnalyser(Analyzer):
    """What Whoosh calls for each field. Pickled with the schema, so it holds nothing but its class."""

    def __call__(
        self, value: str, *, mode: str = "", start_pos: int = 0, **wanted: Any
    ) -> Iterator[WhooshToken]:
        token = WhooshToken(positions=True, chars=True, mode=mode, removestops=True)
        for position, term in enumerate(analysed(value), start=start_pos):
            for form in every_form(term):
                token.original = token.text = form.text
                token.pos, token.startchar, token.endchar = position, form.start, form.end
                token.boost, token.stopped = 1.0, False
                yield token
