"""レコードの切出し: the records of a file by line, whether it has line ends (CRLF, LF, CR) or none, and its kind.

A file that is no bank's file at all (another encoding, another format, empty) is told as what it looks like.
"""

import re
from dataclasses import dataclass

from helpdesk.errors import Problem, Refused
from helpdesk.ledger.bank_files.layouts import READ_LAYOUTS, Layout

_LINE_END = re.compile(rb"\r\n|\n|\r")
_MOST_RECORDS = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """A record with its number, counted from 1."""

    number: int
    content: bytes


def split_records(content: bytes) -> tuple[Layout, list[Line]]:
    """The kind of a file and its records, each of the length of its kind. Raises `Refused`."""
    body = content.rstrip(b"\x1a\r\n")
    layout = _layout(body)
    with_ends = _LINE_END.search(body) is not None
    lines = _LINE_END.split(body) if with_ends else _cut(body, layout.length)
    if len(lines) > _MOST_RECORDS:
        words = f"レコードが {_MOST_RECORDS:,} 件を超えています。分けて受け取ってください"
        raise Refused([Problem("ファイル", words)])
    found = [Line(number, each) for number, each in enumerate(lines, 1)]
    problems = [_length_problem(each, layout) for each in found if len(each.content) != layout.length]
    if problems:
        raise Refused(problems)
    return layout, found


def _cut(body: bytes, length: int) -> list[bytes]:
    return [body[at : at + length] for at in range(0, len(body), length)]


def _layout(body: bytes) -> Layout:
    if not body.strip():
        raise Refused([Problem("ファイル", "空です。銀行から受け取ったファイルを選んでください")])
    code = body[1:3].decode("ascii", errors="replace")
    if body[:1] == b"1" and code in READ_LAYOUTS:
        return READ_LAYOUTS[code]
    known = "・".join(f"{each.type_code}（{each.label}）" for each in READ_LAYOUTS.values())
    raise Refused([Problem("1行目", f"{_looks_like(body)}読めるのは種別コード {known} の全銀形式です")])


def _looks_like(body: bytes) -> str:
    """What a file is that is none of the bank's."""
    if body[:1] == b"\xf1":
        return "EBCDIC のファイルです。JIS（コード区分 0）で受け取り直してください。"
    if body[:3] == b"\xef\xbb\xbf" or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "Unicode で保存し直されています。銀行から受け取ったままのファイルを選んでください。"
    if body[:2] == b"PK":
        return "Excel や ZIP のファイルです。"
    if b"," in body[:120]:
        return "CSV のファイルのようです。入金の CSV は「取込み」で取り込みます。"
    if body[:1] == b"1" and body[1:3].isdigit():
        return f"種別コード {body[1:3].decode()} のファイルです。"
    return "全銀形式のヘッダー・レコードで始まっていません。"


def _length_problem(line: Line, layout: Layout) -> Problem:
    words = f"{len(line.content)}バイトです。{layout.label}のレコードは {layout.length}バイトです。"
    if _is_utf8_kana(line.content):
        words += "UTF-8 で保存し直されているようです。銀行から受け取ったままのファイルを選んでください"
    else:
        words += "途中で切れていないか、文字コードや空白が変わっていないか確かめてください"
    return Problem(f"{line.number}行目", words)


def _is_utf8_kana(content: bytes) -> bool:
    """Half-width kana in UTF-8: three bytes each."""
    return re.search(rb"\xef\xbd[\xa1-\xbf]|\xef\xbe[\x80-\x9f]", content) is not None
