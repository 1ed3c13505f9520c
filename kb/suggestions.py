"""記事の提案: which articles may answer a mail, each with the words that speak for it.

Nothing is understood here: the telling nouns of the mail — rare in the knowledge base, repeated in the mail — are
looked up, and what was matched is shown, so that an operator sees at a glance why an article stands there.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from kb.analysis import displayed, terms_of
from kb.index import ArticleIndex
from kb.ranking import Ranking, Scores
from kb.thesaurus import Unit, units_of

MAX_MAIL_CHARACTERS = 8_000
TELLING_WORDS = 12
TOPIC_FACTOR = 1.25  # an article of the case's own topic is a little likelier
FIELD_WEIGHTS = (("title", 1.6), ("questions", 1.4), ("text", 1.0))

QUOTED_LINE = re.compile(r"^[>＞|].*$", re.MULTILINE)
SIGNATURE = re.compile(r"^(--|━{3,}|─{3,}|={3,}|\*{3,}|-{5,}|_{5,}).*\Z", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
# Words of courtesy and of every mail to the desk; they say nothing about the subject.
COURTESY = """弊社 当社 御社 貴社 貴機関 広域機関 株式会社 担当 担当者 世話 平素 拝啓 敬具 様 御中 宜しく よろしく お願い 願い 連絡 確認
質問 質疑 問い合わせ 問合せ 回答 返信 教示 教え 添付 資料 以下 下記 上記 件 件名 場合 方 旨 通り 点 事 物 為 内 本日 昨日 先日 ご ただ今
年 月 日 時 分 円 年度 会社 部 課 電話番号 番号 メール アドレス 氏名 名 こちら 多忙 恐縮 恐れ 幸い 存じ 対応 現在 今回 先 際 後 前 等 他 割 市場 窓口 額"""


@dataclass(frozen=True)
class Suggestion:
    """提案: an article for a mail. `words` are written as in the mail; `reason` is the sentence for the screen."""

    article_id: int
    revision_id: int
    stem: str
    kind: str
    category: str
    title: str
    score: float
    words: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why this article is suggested."""
        return f"一致した語: {'、'.join(self.words)}"


def suggest(index: ArticleIndex, text: str, topic: str | None = None, limit: int = 5) -> list[Suggestion]:
    """At most `limit` articles for a mail (subject and body), best first; `topic` is a category of ours."""
    if limit < 1:
        return []
    mail = _own_words(text)
    with index.searcher() as searcher:
        if not searcher.doc_count():
            return []  # nothing is published: no word has a weight
        ranking = Ranking(searcher, FIELD_WEIGHTS)
        weights = _telling(ranking, mail)
        total: Scores = {}
        words: dict[int, list[Unit]] = {}
        for unit, weight in weights.items():
            for document, score in ranking.of_unit(unit).items():
                total[document] = total.get(document, 0.0) + weight * score
                words.setdefault(document, []).append(unit)
        found = [
            _suggestion(searcher.stored_fields(document), score, topic, words[document], mail)
            for document, score in total.items()
            if len(words[document]) >= min(2, len(weights))
        ]
    return sorted(found, key=lambda suggestion: (-suggestion.score, suggestion.article_id))[:limit]


def _suggestion(
    stored: dict[str, Any], score: float, topic: str | None, units: list[Unit], mail: str
) -> Suggestion:
    shown = displayed(mail)
    return Suggestion(
        article_id=int(stored["article_id"]),
        revision_id=stored["revision_id"],
        stem=stored["stem"],
        kind=stored["kind"],
        category=stored["category"],
        title=stored["title"],
        score=score * (TOPIC_FACTOR if topic is not None and stored["category"] == topic else 1.0),
        words=tuple(shown[unit.start : unit.end] for unit in units),
    )


def _own_words(text: str) -> str:
    """The writer's own words: without quotations, addresses and the signature (unless nothing else is left)."""
    whole = ADDRESS.sub(" ", QUOTED_LINE.sub("", text[:MAX_MAIL_CHARACTERS]))
    unsigned = SIGNATURE.sub("", whole)
    return unsigned if unsigned.strip() else whole


def _telling(ranking: Ranking, mail: str) -> dict[Unit, float]:
    """The most telling words of the mail that the knowledge base knows, with their weights, best first."""
    first: dict[frozenset[str], Unit] = {}
    count: dict[frozenset[str], int] = {}
    for unit in units_of(mail):
        forms = frozenset(unit.forms())
        if not unit.is_noun or unit.is_weak or not forms or forms <= _courtesy() or _is_bare_number(forms):
            continue
        first.setdefault(forms, unit)
        count[forms] = count.get(forms, 0) + 1
    weights = {
        unit: (1 + math.log(count[forms])) * rarity
        for forms, unit in first.items()
        if (rarity := ranking.rarity(unit)) > 0
    }
    best = sorted(weights, key=lambda unit: (-weights[unit], unit.start))[:TELLING_WORDS]
    return {unit: weights[unit] for unit in best}


def _is_bare_number(forms: frozenset[str]) -> bool:
    """Dates and amounts; only a figure like 8,640 names a rule."""
    return all(re.fullmatch(r"[0-9.,%]+", form) and form != "8640" for form in forms)


@cache
def _courtesy() -> frozenset[str]:
    return frozenset(term.text for term in terms_of(COURTESY))
