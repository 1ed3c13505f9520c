"""引用と署名: which lines of a mail are new, which repeat an earlier mail, which are the signature.

Nothing is deleted: the segments put together are the text again; a screen folds what is not new. Knows the habits of
Japanese mailers: ＞, -----Original Message-----, 差出人/送信日時/宛先/件名 blocks, 2026年4月1日(水) 10:00 山田 <…>:,
「…さんは書きました」, signatures between rules of -, =, ━, ＊ or ◇.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["new", "quoted", "signature"]

_MOST_SIGNATURE_LINES = 15
_LONGEST_INTRODUCTION = 300
_QUOTE_MARK = re.compile(r"[ \t\u3000]{0,3}(?:[>＞]|[|｜]\s|[A-Za-z]{1,4}>\s)")
_DATE = r"\d{4}[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}日?"
_INTRODUCTION = re.compile(
    rf"[ \t\u3000]*(?:{_DATE}.{{0,200}}(?:[:：]|wrote|書きました|のメール).{{0,40}}"
    rf"|{_DATE}\s?(?:[(（].[)）])?,?\s?\d{{1,2}}:\d{{2}}.{{0,120}}[<＜][^<>@]{1, 64}@[^<>@]{1, 255}[>＞]\s*[:：]?"
    r"|On .{4,200} wrote:|.{0,120}(?:さんは|さんが|様は).{0,30}書きました[。:：]?"
    r"|.{0,120}[<＜][^\s<>@]{1,64}@[^\s<>@]{1,255}[>＞].{0,20}(?:wrote|writes|書きました)[。:：]?|In (?:article|message) <.*)\s*"
)
_WHOLE_REST = re.compile(
    r"[ \t]*(?:[-_－ー―]{2,}\s*(?:Original Message|Forwarded [Mm]essage|Original Appointment|元のメッセージ|"
    r"転送メッセージ|転送されたメッセージ|引用|Reply Message|Original-Nachricht)\s*[-_－ー―]{2,}.*"
    r"|Begin forwarded message:|転送されたメッセージ[:：])\s*",
    re.IGNORECASE,
)
_BLOCK_HEAD = re.compile(r"[ \t*\u3000]*(?:From|差出人|送信者|送信元)\s*\*?\s*[:：].*", re.IGNORECASE)
_BLOCK_NEXT = re.compile(
    r"[ \t*\u3000]*(?:Sent|Date|To|Cc|Subject|送信日時|日時|日付|宛先|件名|ＣＣ)\s*\*?\s*[:：].*",
    re.IGNORECASE,
)
_SIGNATURE_MARK = re.compile(r"--\s?|[ \t]*-{2}[ \t]*")
_RULE = re.compile(
    r"[ \t\u3000]*([-=_*＊━─―＝－□■◇◆○●☆★・+~～#/･.]\s?)\1{7,}.*|[-=_*＊━─―＝□■◇◆☆★┏┗┌└┛┓┘┐╋…・+~～｡.:*ﾟ ]{10,}"
)
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.|(?:TEL|ＴＥＬ|Tel|電話|FAX|Fax|携帯|Mobile|内線)\s*[:：.(（]?|〒\s?\d{3}|https?://|"
    r"株式会社|有限会社|合同会社|\d{2,4}-\d{2,4}-\d{4}"
)
_SENT_FROM = re.compile(
    r"[ \t]*(?:(?:iPhone|iPad|Android|スマートフォン).{0,20}から送信.*|Sent from my .*|Get Outlook for .*)"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """本文の区分: consecutive lines of one kind; `new` is what the sender wrote now."""

    kind: Kind
    text: str


def segments(text: str) -> tuple[Segment, ...]:
    """Divide a mail text. Joined in order, the segments are the text, character by character.

    A text without a single new line (everything quoted) comes back as one new segment: folding it would hide all.
    """
    lines = text.splitlines(keepends=True)
    kinds = _quoted_kinds([line.rstrip("\r\n") for line in lines])
    _mark_signature(lines, kinds)
    if not any(kind == "new" and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        return (Segment("new", text),) if text else ()
    pairs = groupby(zip(kinds, lines, strict=True), key=lambda pair: pair[0])
    return tuple(Segment(kind, "".join(line for _, line in group)) for kind, group in pairs)


def new_text(text: str) -> str:
    """Only what is new, for classification and previews."""
    return "".join(segment.text for segment in segments(text) if segment.kind == "new").strip()


def _quoted_kinds(lines: list[str]) -> list[Kind]:
    kinds: list[Kind] = ["new"] * len(lines)
    for number, line in enumerate(lines):
        if _QUOTE_MARK.match(line):
            kinds[number] = "quoted"
        elif len(line) > _LONGEST_INTRODUCTION or not line.strip():
            continue
        elif _starts_rest(lines, number):
            kinds[number:] = ["quoted"] * (len(lines) - number)
            break
        else:
            for end in _introduction_ends(lines, number):
                kinds[number:end] = ["quoted"] * (end - number)
    return _with_inner_blank_lines(lines, kinds)


def _introduction_ends(lines: list[str], number: int) -> list[int]:
    """Where an introduction that begins here ends: after this line, or wrapped after the next; nowhere if it is none."""
    for end in (number + 1, number + 2):
        if _is_quoted_soon(lines, end) and _INTRODUCTION.fullmatch(" ".join(lines[number:end])[:600]):
            return [end]
    return []


def _is_quoted_soon(lines: list[str], number: int) -> bool:
    """An introduction counts only when a quotation follows it."""
    following = [line for line in lines[number : number + 4] if line.strip()]
    return bool(following) and bool(_QUOTE_MARK.match(following[0]))


def _starts_rest(lines: list[str], number: int) -> bool:
    """From here to the end it is the earlier mail (Outlook style: no marks on the lines)."""
    if _WHOLE_REST.fullmatch(lines[number]):
        return True
    if not _BLOCK_HEAD.fullmatch(lines[number]):
        return False
    return sum(bool(_BLOCK_NEXT.fullmatch(line)) for line in lines[number + 1 : number + 6]) >= 2


def _with_inner_blank_lines(lines: list[str], kinds: list[Kind]) -> list[Kind]:
    """Blank lines between quoted lines belong to the quotation."""
    last = -1
    for number, kind in enumerate(kinds):
        if kind != "quoted":
            continue
        if 0 <= last < number - 1 and not any(line.strip() for line in lines[last + 1 : number]):
            kinds[last + 1 : number] = ["quoted"] * (number - last - 1)
        last = number
    return kinds


def _mark_signature(lines: list[str], kinds: list[Kind]) -> None:
    """Mark the signature: below "-- ", or a closing block under a rule that holds telephone, address or company."""
    own = [number for number, kind in enumerate(kinds) if kind == "new"]
    while own and not lines[own[-1]].strip():
        own.pop()
    if not own:
        return
    end = own[-1] + 1
    start = end
    while start > 0 and kinds[start - 1] == "new" and end - start < _MOST_SIGNATURE_LINES:
        start -= 1
    first = _signature_start([line.rstrip("\r\n") for line in lines[start:end]])
    if first is not None and any(line.strip() for line in lines[: start + first]):
        kinds[start + first : end] = ["signature"] * (end - start - first)


def _signature_start(tail: list[str]) -> int | None:
    for number, line in enumerate(tail):
        if _SIGNATURE_MARK.fullmatch(line) or (number == len(tail) - 1 and _SENT_FROM.fullmatch(line)):
            return number
        if len(line) < 200 and _RULE.fullmatch(line) and _CONTACT.search("\n".join(tail[number + 1 :])):
            return number
    return None
