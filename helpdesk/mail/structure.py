"""メールの構造: the tree of MIME parts of a message, cut with every tolerance that real mails need.

Own cutter on offsets into one buffer: memory stays at the size of the message whatever the nesting, a wrong or missing
boundary is guessed from the body, a line that is no header does not end the headers when more headers follow, and
parts and depth are limited. Nested messages (message/rfc822) are leaves: they become attachments.
"""

import re
from dataclasses import dataclass, field

from helpdesk.mail.errors import MailUnreadable
from helpdesk.mail.headers import MAX_HEADER_BYTES
from helpdesk.mail.parameters import Parameterised, read_parameters
from helpdesk.mail.transfer import decode_transfer

_HEADER = re.compile(rb"([A-Za-z0-9][!-9;-~]{0,99})[ \t]*:", re.DOTALL)
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received|reply-to|in-reply-to|references"
    rb"|return-path|sender|delivered-to|user-agent|thread-[a-z]+|x-[a-z0-9-]+|list-[a-z]+|dkim-signature)[ \t]*:",
    re.IGNORECASE,
)
_FOLDS = re.compile(rb"(?:[ \t][^\n]*+(?:\n|\Z))*+")  # however many, they are one header's
_END_OF_HEADERS = re.compile(rb"\n\r?\n")
_GUESSED_BOUNDARY = re.compile(
    rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-[a-z-]+[ \t]*:)", re.IGNORECASE | re.MULTILINE
)
_MAX_HEADER_BLOCK = 1_000_000
_MAX_HEADERS, _MAX_HEADER_LINES, _MAX_NEAR_MISSES = 1000, 10_000, 50_000
_TYPE = re.compile(r"[!-.0-~]+/[!-.0-~]+")


@dataclass(slots=True)
class Part:
    """MIME パート: its raw headers, its place in the buffer, and its children when it is a multipart."""

    buffer: bytes
    start: int
    end: int
    headers: list[tuple[str, bytes]]
    content: Parameterised
    disposition: Parameterised
    children: list["Part"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.content.value

    @property
    def raw_body(self) -> bytes:
        return self.buffer[self.start : self.end]

    def first(self, name: str) -> bytes:
        """The raw value of the first header of that lower-case name, or nothing."""
        return next((value for key, value in self.headers if key == name), b"")

    def decoded(self, defects: list[str]) -> bytes:
        """The body behind its transfer encoding."""
        return decode_transfer(
            self.raw_body, self.first("content-transfer-encoding").decode("latin-1"), defects
        )


@dataclass(slots=True)
class Cutter:
    """構造解析: cuts one message; collects what was broken in `defects` and what was guessed in `notes`."""

    max_parts: int
    max_depth: int
    defects: list[str]
    notes: list[str]
    parts: int = 0

    def cut(self, buffer: bytes, start: int, end: int, default: str = "text/plain", depth: int = 0) -> Part:
        """The part that lies between two offsets.

        Raises MailUnreadable when there are more parts, or deeper ones, than allowed.
        """
        self.parts += 1
        if self.parts > self.max_parts:
            raise MailUnreadable(
                f"パートの数が上限（{self.max_parts}）を超えています。原本を確認してください。"
            )
        if depth > self.max_depth:
            raise MailUnreadable(
                f"パートの入れ子が上限（{self.max_depth}段）を超えています。原本を確認してください。"
            )
        headers, body = self.split_headers(buffer, start, end)
        part = Part(buffer, body, end, headers, Parameterised(default, {}), Parameterised("", {}))
        part.content = self._content(part, default)
        part.disposition = read_parameters(part.first("content-disposition"), self.notes)
        if part.kind.startswith("multipart/"):
            self._cut_children(part, depth)
        return part

    def split_headers(self, buffer: bytes, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
        """Headers as (lower-case name, raw value), and where the body begins."""
        headers: list[tuple[str, list[bytes]]] = []
        at, kept = start, 0
        for _ in range(_MAX_HEADER_LINES):
            if at >= end:
                return _joined(headers), end
            line_end = buffer.find(b"\n", at, end)
            following = end if line_end < 0 else line_end + 1
            line = buffer[at : min(following, at + MAX_HEADER_BYTES)]
            name = _HEADER.match(line)
            if not line.strip(b"\r\n"):
                return _joined(headers), following
            if name:
                folds = _FOLDS.match(buffer, following, end)
                value = buffer[at + name.end() : min(folds.end(), at + MAX_HEADER_BYTES)]
                if len(headers) < _MAX_HEADERS and kept < _MAX_HEADER_BLOCK:
                    headers.append((name[1].decode("ascii").lower(), [value]))
                    kept += len(value)
                following = folds.end()
            elif line[:1] in (b" ", b"\t"):
                following = _FOLDS.match(buffer, at, end).end()
                if headers and kept < _MAX_HEADER_BLOCK:
                    headers[-1][1].append(buffer[at : min(following, at + MAX_HEADER_BYTES)])
                    kept += min(following - at, MAX_HEADER_BYTES)
            elif not (at == start and line.startswith((b"From ", b">From "))):
                if not headers or not (line.startswith(b"=?") or _KNOWN.match(buffer, following, end)):
                    if headers:
                        self.defects.append("ヘッダーと本文の間の空行がない")
                    return _joined(headers), at
                self.defects.append("ヘッダーの中に形式の壊れた行がある")
                headers[-1][1].append(b" " + line)
            at = following
        self.defects.append("ヘッダーの行が多すぎるため途中までを読んだ")
        blank = _END_OF_HEADERS.search(buffer, at, end)
        return _joined(headers), blank.end() if blank else end

    def _content(self, part: Part, default: str) -> Parameterised:
        for name, raw in part.headers:
            if name == "content-type":
                content = read_parameters(raw, self.notes)
                if _TYPE.fullmatch(content.value):
                    return content
                self.defects.append(f"Content-Type が壊れている（{content.value[:40]}）")
                return Parameterised(default, content.parameters)
        return Parameterised(default, {})

    def _cut_children(self, part: Part, depth: int) -> None:
        encoding = part.first("content-transfer-encoding").strip().lower()
        if encoding in (b"base64", b"quoted-printable") and b"\n--" not in part.raw_body[:4096]:
            part.buffer = part.decoded(self.defects)
            part.start, part.end = 0, len(part.buffer)
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        for start, end in self._stretches(part):
            part.children.append(self.cut(part.buffer, start, end, default, depth + 1))
        if not part.children:
            self.defects.append("マルチパートの区切りが見つからないため、全体を本文として読んだ")
            part.content = Parameterised("text/plain", {})

    def _stretches(self, part: Part) -> list[tuple[int, int]]:
        boundary = part.content.parameters.get("boundary", "").rstrip()
        delimiters = self._delimiters(part, boundary.encode("utf-8")) if boundary else []
        if not delimiters:
            guessed = _GUESSED_BOUNDARY.search(part.buffer, part.start, min(part.end, part.start + 1_000_000))
            if not guessed:
                return []
            self.defects.append("マルチパートの境界の宣言がないか誤っているため、本文から推定した")
            delimiters = self._delimiters(part, guessed[1])
        if not any(closing for _, _, closing in delimiters):
            self.defects.append("マルチパートの終わりの境界がない")
        limits = [*(before for before, _, _ in delimiters[1:]), part.end]
        return [
            (after, max(after, limit))
            for (_, after, closing), limit in zip(delimiters, limits, strict=True)
            if not closing
        ]

    def _delimiters(self, part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
        """(end of the content before, start of the content after, is the closing one) of each delimiter line."""
        buffer, mark, found = part.buffer, b"--" + boundary, []
        at, near_misses = part.start, 0
        while (hit := buffer.find(mark, at, part.end)) >= 0:
            line_end = buffer.find(b"\n", hit + len(mark), part.end)
            following = part.end if line_end < 0 else line_end + 1
            rest = buffer[hit + len(mark) : min(following, hit + len(mark) + 200)].strip()
            if rest in (b"", b"--") and (hit == part.start or buffer[hit - 1 : hit] == b"\n"):
                before = hit - 1 if hit > part.start else hit
                before -= buffer[before - 1 : before] == b"\r" and before > part.start
                found.append((before, following, rest == b"--"))
                if len(found) > self.max_parts + 1:
                    break
            else:
                near_misses += 1
                if near_misses > _MAX_NEAR_MISSES:
                    break
            at = following
        return found


def _joined(headers: list[tuple[str, list[bytes]]]) -> list[tuple[str, bytes]]:
    return [(name, b"".join(lines)[:MAX_HEADER_BYTES].strip()) for name, lines in headers]
