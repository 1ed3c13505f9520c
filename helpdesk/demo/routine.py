"""デモの日々の案件: the everyday inquiries and calls, made from patterns, always the same ones.

They come as the same rows as the written inquiries, so one timeline plays all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from helpdesk.demo import packaged

MAILS, CALLS = 96, 149
_OLDEST, _NEWEST = 37, 0  # working days back
_OPERATORS = ("sato", "suzuki", "kobayashi")
_REVIEWERS = ("leader", "market")
_THANKS = (
    "早速のご回答ありがとうございます。承知いたしました。",
    "ご回答ありがとうございます。社内で共有いたします。",
    "ありがとうございました。不明な点があれば、また連絡いたします。",
)


@dataclass(frozen=True, slots=True)
class _Writer:
    """A contact who writes in, with what can be asked about."""

    mail_address: str
    kind: str
    resources: Sequence[str]


def routine_inquiries() -> list[dict[str, Any]]:
    """All everyday cases, oldest first; the same list whenever it is made."""
    chance = Random(20260401)  # noqa: S311  (not a secret: the demonstration is the same for everybody)
    patterns, writers = packaged.read_toml("routine.toml"), _writers()
    made = [
        _mail(chance, pattern, writer, ago)
        for pattern, writer, ago in _drawn(chance, patterns["patterns"], writers, MAILS)
    ]
    calls = enumerate(_drawn(chance, patterns["calls"], writers, CALLS))
    made += [_call(chance, number, pattern, writer, ago) for number, (pattern, writer, ago) in calls]
    return sorted(made, key=lambda each: (-each["ago"], each["at"]))


def _drawn(
    chance: Random, patterns: Sequence[Mapping[str, Any]], writers: Sequence[_Writer], count: int
) -> Iterator[tuple[Mapping[str, Any], _Writer, int]]:
    """Patterns in turn, each with somebody who may ask it, spread over the working days."""
    for number in range(count):
        pattern = patterns[number % len(patterns)]
        able = [writer for writer in writers if pattern["from"] in ("any", writer.kind)]
        ago = _OLDEST - number * (_OLDEST - _NEWEST + 1) // count
        yield pattern, able[chance.randrange(len(able))], ago


def _mail(chance: Random, pattern: Mapping[str, Any], writer: _Writer, ago: int) -> dict[str, Any]:
    fill = _fields(chance, writer)
    at = chance.randrange(9 * 60, 16 * 60 + 30)
    return {
        "sender": writer.mail_address,
        "ago": ago,
        "at": _clock(at),
        "subject": pattern["subject"].format(**fill),
        "body": pattern["body"].format(**fill),
        "steps": _steps_of_mail(chance, pattern["answer"], ago, at),
    }


def _steps_of_mail(chance: Random, answer: str, ago: int, at: int) -> list[dict[str, Any]]:
    """What the desk did with a mail of that age: the older, the further."""
    if ago == 0 or (ago <= 1 and chance.random() < 0.5):
        return []
    who = chance.choice(_OPERATORS)
    steps = [{"do": "assign", "who": "leader", "to": who, "ago": ago, "at": _clock(at + 20)}]
    answered = ago - chance.randrange(1, 7)
    if answered < 1:
        return [*steps, _work(chance, who, ago, at + 50)]
    minute = chance.randrange(9 * 60 + 30, 15 * 60 + 30)
    steps.append(_work(chance, who, answered, minute - 5))
    written = {"who": who, "ago": answered, "at": _clock(minute), "text": answer}
    if answered <= 2 and chance.random() < 0.3:
        return [*steps, {**written, "do": "draft"}, {**written, "do": "submit", "at": _clock(minute + 5)}]
    steps.append({**written, "do": "answer", "reviewer": chance.choice(_REVIEWERS)})
    done = answered - chance.randrange(1, 4)
    if done < 1 or chance.random() < 0.12:
        return steps
    if chance.random() < 0.4:
        steps.append({"do": "reply", "ago": done, "at": "09:40", "text": chance.choice(_THANKS)})
    closing = {"do": "close", "who": who, "ago": done, "at": _clock(chance.randrange(10 * 60, 17 * 60))}
    return [*steps, {**closing, "text": "回答済み"}]


def _call(
    chance: Random, number: int, pattern: Mapping[str, Any], writer: _Writer, ago: int
) -> dict[str, Any]:
    fill = _fields(chance, writer)
    ago = max(ago, 1)
    who = _OPERATORS[number % len(_OPERATORS)]
    at = 11 * 60 + 10 + number % 10 * 14  # one after the other: nobody is on two telephones
    steps: list[dict[str, Any]] = []
    outcome = pattern["outcome"]
    after = max(ago - 2, 1)
    if outcome == "callback":
        called = {"do": "call_out", "who": who, "minutes": 6, "outcome": "answered", "close": True}
        if ago > 2:
            steps.append(
                {
                    **called,
                    "ago": after,
                    "at": _clock(15 * 60 + 12 + number % 8 * 7),
                    "text": pattern["follow_up"],
                }
            )
    elif outcome == "taken" and ago > 3:
        written = {"who": who, "ago": after, "at": "13:30", "text": pattern["answer"]}
        steps.append({**written, "do": "answer", "reviewer": "leader"})
    return {
        "opens": "ring",
        "sender": writer.mail_address,
        "who": who,
        "ago": ago,
        "at": _clock(at),
        "minutes": chance.randrange(3, 14),
        "subject": pattern["subject"].format(**fill),
        "text": pattern["words"].format(**fill),
        "outcome": outcome,
        "close": outcome == "answered",
        "next": {"ago": after, "at": "15:00"} if outcome == "callback" else None,
        "steps": steps,
    }


def _work(chance: Random, who: str, ago: int, minute: int) -> dict[str, Any]:
    minutes = chance.randrange(6, 42)
    return {"do": "work", "who": who, "ago": ago, "at": _clock(minute), "minutes": minutes}


def _fields(chance: Random, writer: _Writer) -> dict[str, str]:
    resource = writer.resources[chance.randrange(len(writer.resources))] if writer.resources else ""
    return {"resource": resource, "month": str(chance.choice(packaged.DELIVERY_MONTHS))}


def _writers() -> list[_Writer]:
    names: dict[str, list[str]] = {}
    for each in packaged.read_toml("resources.toml")["resources"]:
        names.setdefault(each["business"], []).append(each["name"])
    kinds = {"capacity_provider": "provider", "retailer": "retailer"}
    return [
        _Writer(contact["mail_address"], kinds[business["kind"]], names.get(business["code"], ()))
        for business in packaged.read_toml("businesses.toml")["businesses"]
        if business["kind"] in kinds
        for contact in business["contacts"]
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
