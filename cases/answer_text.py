"""回答の文: what the text of an answer must be before it may go out; above all, no amount in it is typed by hand.

A typed figure can be wrong and nobody would notice; a field (`{{figure:…}}`) of a calculation cannot. So an answer
with a run attached may not have any. Quoted lines (> …) are the other side's words, and 「1円未満」 of a rounding rule
is no amount.
"""

import re
import unicodedata

from cases.errors import InputRefused, Problem

LONGEST_SUBJECT = 500
LONGEST_BODY = 100_000

_FIELD = re.compile(r"\{\{[^{}]*\}\}")
_FIGURE_FIELD = re.compile(r"\{\{\s*(?:figure\s*:\s*[^{}\s]+|derivation)\s*\}\}")
_QUOTED = (">", "＞")
_KANJI = "〇零一二三四五六七八九十百千万億兆"
_AMOUNT = re.compile(
    rf"(?P<number>[0-9{_KANJI}](?:[0-9{_KANJI},.、 ]*[0-9{_KANJI}])?)\s?円(?P<after>未満|単位|以下切)?(?![滑満周形熟卓弧筒])"
    r"|¥\s?[0-9][0-9,.]*"
    r"|[0-9][0-9,.]*\s?(?:yen|jpy)\b|\bjpy\s?[0-9][0-9,.]*",
    re.IGNORECASE,
)
_ROUNDING_UNITS = frozenset({"1", "一", "10", "十", "100", "百", "1000", "千"})


def cleaned(subject: str, body_text: str) -> tuple[str, str]:
    """Subject and text as they are kept: one line, plain line ends. Raises `InputRefused` when they are endless."""
    subject = " ".join(subject.replace("\0", "").split())
    body_text = body_text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    problems = [
        Problem(where, f"{len(text):,}文字あります。{longest:,}文字以内にしてください")
        for where, text, longest in (("件名", subject, LONGEST_SUBJECT), ("本文", body_text, LONGEST_BODY))
        if len(text) > longest
    ]
    if problems:
        raise InputRefused(problems)
    return subject, body_text


def text_problems(subject: str, body_text: str, *, has_run: bool) -> list[Problem]:
    """Why this text may not go out: empty, amounts typed by hand, or fields without a run to fill them."""
    problems = [
        Problem(where, "空です。入力してください")
        for where, text in (("件名", subject), ("本文", body_text))
        if not text.strip()
    ]
    if has_run:
        return problems + typed_amounts(subject, body_text)
    for where, text in (("件名", subject), ("本文", body_text)):
        if _FIGURE_FIELD.search(text):
            problems.append(
                Problem(where, "差込項目がありますが、算定結果が添付されていません。先に添付してください")
            )
    return problems


def typed_amounts(subject: str, body_text: str) -> list[Problem]:
    """Every yen amount that is written out in the subject or the text, with its place and what to do."""
    lines = [
        ("件名", subject),
        *((f"本文 {n}行目", line) for n, line in enumerate(body_text.splitlines(), 1)),
    ]
    return [
        Problem(
            where,
            f"「{amount}」は手入力の金額です。金額は差込項目（{{{{figure:…}}}}）で入れてください",
        )
        for where, line in lines
        for amount in amounts_in(line)
    ]


def amounts_in(text: str) -> list[str]:
    """Every yen amount that is written out in a text; quoted lines are the other side's words."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(_QUOTED))
    return [amount for line in lines for amount in _amounts(line)]


def _amounts(line: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", _FIELD.sub("〓", line))
    return [found.group().strip() for found in _AMOUNT.finditer(plain) if not _is_rounding_unit(found)]


def _is_rounding_unit(found: re.Match[str]) -> bool:
    return bool(found["after"]) and found["number"].replace(",", "") in _ROUNDING_UNITS
