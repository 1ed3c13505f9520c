"""業務区分: what an inquiry is about, and by which words (requirement B1.8).

The words and their weights stand in `classification_words.toml`. The topic with the highest sum wins; equal sums are
decided by the order of the file; no word found is 「その他」. An operator may correct it, and that is recorded.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from cases.errors import InputRefused, Problem
from cases.history import Person, record_on_case
from cases.lifecycle import touch
from cases.models import Case, Event
from cases.quoting import new_text

OTHER = "other"
_SUBJECT_FACTOR = 2
_TEXT_LENGTH = 50_000

_FILE: dict[str, dict] = tomllib.loads(
    Path(__file__).with_name("classification_words.toml").read_text(encoding="utf-8")
)
TOPICS: dict[str, str] = {topic: table["label"] for topic, table in _FILE.items()}


def _comparable(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


_WORDS: dict[str, list[tuple[str, str, int]]] = {}  # comparable word → (topic, word as written, weight)
for _topic, _table in _FILE.items():
    for _word, _weight in _table.get("words", {}).items():
        _WORDS.setdefault(_comparable(_word), []).append((_topic, _word, _weight))
_LONGEST_FIRST = sorted(_WORDS, key=lambda word: (-len(word), word))


@dataclass(frozen=True, slots=True)
class Classification:
    """区分の判定: the topic and, in Japanese, the words that spoke for it, the strongest first."""

    topic: str
    reasons: list[str]


def classify(subject: str, text: str) -> Classification:
    """The topic (業務区分) of an inquiry. Quoted text and signatures do not count."""
    places = (("件名", _SUBJECT_FACTOR, subject), ("本文", 1, new_text(text[:_TEXT_LENGTH])))
    scores = dict.fromkeys(TOPICS, 0)
    spoken: dict[str, dict[str, tuple[int, str]]] = {topic: {} for topic in TOPICS}
    for place, factor, content in places:
        for found in _words_in(_comparable(content)):
            for topic, word, weight in _WORDS[found]:
                if word not in spoken[topic]:
                    scores[topic] += weight * factor
                    spoken[topic][word] = (weight * factor, f"{place}に「{word}」")
    best = max(scores, key=lambda topic: scores[topic])
    if scores[best] == 0:
        return Classification(OTHER, ["区分を示す語が見当たらない"])
    reasons = sorted(spoken[best].values(), key=lambda reason: -reason[0])
    return Classification(best, [reason for _, reason in reasons])


def change_topic(
    session: Session, case: Case, topic: str, *, by: Person, now: datetime, reason: str = ""
) -> Event | None:
    """Correct the topic of a case; None when it is that already. Raises `InputRefused`, `StaleVersion`."""
    if topic not in TOPICS:
        choices = "、".join(TOPICS.values())
        raise InputRefused([Problem("業務区分", f"「{topic}」はありません。{choices} から選んでください")])
    if topic == case.topic:
        return None
    content = {"from": case.topic, "to": topic, "reason": reason.strip()}
    case.topic = topic
    case.topic_reasons = [f"{by.display_name}が選択"]
    touch(session, case, now=now)
    return record_on_case(session, case, "topic_changed", content, by=by, now=now)


def _words_in(text: str) -> list[str]:
    """The known words of a text, in the order of the text; the longest one wins where words overlap."""
    found = []
    for word in _LONGEST_FIRST:
        at = text.find(word)
        if at >= 0:
            found.append((at, word))
            text = text.replace(word, "\0" * len(word))
    return [word for _, word in sorted(found)]
