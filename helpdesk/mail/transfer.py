"""転送符号化: base64, quoted-printable and uuencode back into bytes, also where the code is cut off or dirty."""

import binascii
import re
from dataclasses import dataclass

_BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/=]+")
_INNER_BLANK = re.compile(rb"(?<=\S)[ \t]+(?=\S)")
_SAMPLE = 65_536
_BLANK_BYTES = b" \t\r\n"
_BASE64_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_PLAIN = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none"}
_MAX_UU_FILES = 100
_UU = {"x-uuencode", "uuencode", "x-uue", "uue"}
_UU_BLOCK = re.compile(
    r"(?:^|(?<=\n))begin(?:-base64)? [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`]{1,120}\n)*?)[` ]?\n?end[ \t]*(?=\n|\Z)"
)


@dataclass(frozen=True, slots=True)
class UuFile:
    """本文中の uuencode ファイル: name and bytes."""

    name: str
    content: bytes


def decode_transfer(octets: bytes, encoding: str, defects: list[str]) -> bytes:
    """The bytes of a part behind its Content-Transfer-Encoding; what was broken is noted in `defects`."""
    name = encoding.split(";")[0].strip().strip("\"'").lower()
    if name in ("base64", "base-64", "b64"):
        return _from_base64(octets, defects)
    if name in ("quoted-printable", "quoted printable", "quotedprintable", "qp"):
        return binascii.a2b_qp(octets)
    if name in _UU:
        files = uu_files(octets.decode("latin-1").replace("\r\n", "\n"))[1]
        if files:
            return files[0].content
        defects.append("uuencode の形式が壊れているため、そのまま保存した")
    elif name not in _PLAIN:
        defects.append(f"未知の転送符号化「{name[:40]}」をそのまま読んだ")
    return octets


def _from_base64(octets: bytes, defects: list[str]) -> bytes:
    code = octets.translate(None, _BLANK_BYTES)
    junk = len(code.translate(None, _BASE64_BYTES))
    if junk * 10 > len(code) or len(_INNER_BLANK.findall(octets[:_SAMPLE])) * 20 > min(len(code), _SAMPLE):
        defects.append("base64 と宣言された内容が base64 でないため、そのまま読んだ")
        return octets
    if junk:
        defects.append("base64 の中に余分な文字があったため取り除いた")
        code = _BASE64_JUNK.sub(b"", code)
    unpadded = code.rstrip(b"=")
    inner = b"=" in unpadded
    stretches = [stretch for stretch in re.split(b"=+", unpadded) if stretch] if inner else [unpadded]
    if len(code) % 4 and len(stretches) == 1:
        defects.append("base64 が途中で切れている")
    return b"".join(map(_stretch, stretches))


def _stretch(code: bytes) -> bytes:
    usable = code[:-1] if len(code) % 4 == 1 else code
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def uu_files(text: str) -> tuple[str, tuple[UuFile, ...]]:
    """Take uuencoded files out of a plain text; where each stood, its name is left in brackets."""
    if "begin " not in text or "\nend" not in text:
        return text, ()
    files: list[UuFile] = []

    def take(block: re.Match[str]) -> str:
        content = _from_uu(block[2])
        if content is None or not block[2]:
            return block.group()
        files.append(UuFile(block[1].strip(), content))
        return f"［添付: {block[1].strip()}］"

    return _UU_BLOCK.sub(take, text, count=_MAX_UU_FILES), tuple(files)


def _from_uu(lines: str) -> bytes | None:
    decoded = []
    for line in lines.splitlines():
        try:
            decoded.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            length = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3  # some encoders append a checksum character
            try:
                decoded.append(binascii.a2b_uu(line[:length]))
            except (binascii.Error, ValueError):
                return None
    return b"".join(decoded)
