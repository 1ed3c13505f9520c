"""日本語文字コード: reads ISO-2022-JP, EUC-JP and Shift_JIS with the characters Microsoft added (㈱ ① 髙 ｶﾅ).

The codecs of the standard library refuse NEC row 13 and the IBM extensions in ISO-2022-JP and EUC-JP. Here every
two-byte code is read as JIS X 0208 first and, where that has no character, as the same cell of code page 932, so
〜 and − come out as JIS has them and ㈱ ① 髙 as Windows has them. All functions raise UnicodeDecodeError.
"""

import re
from functools import cache

_ESCAPE = re.compile(
    rb"\x1b(?:&@\x1b)?(?:\$\([@BDOPQC]|\$[@AB]|\([BJIH]|\.[AF]|N)|[\x0e\x0f]",
)
_SINGLE_BYTE = {b"(B": "ascii", b"(J": "roman", b"(H": "roman", b"(I": "kana"}
_DOUBLE_BYTE = {
    b"$@": "jisx0208",
    b"$B": "jisx0208",
    b"$(@": "jisx0208",
    b"$(B": "jisx0208",
    b"$(D": "jisx0212",
    b"$(O": "jisx0213",
    b"$(Q": "jisx0213",
    b"$(P": "jisx0213b",
}
_LINE_END = re.compile(rb"[\r\n]+")
_NO_CELL = re.compile(rb"[^\t \x21-\x7e]")
_HIGH = bytes(b | 0x80 for b in range(256))
_HIGH_KANA = bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in range(256))


def decode_iso2022_jp(octets: bytes) -> str:
    """Read ISO-2022-JP and its Microsoft relatives (cp50220, cp50221, cp50222), JIS X 0212 and 0213 included.

    A line end reads as itself and does not reset the character set (encoded words are cut at any place).
    """
    pieces: list[str] = []
    charset, before_shift, at = "ascii", "ascii", 0
    for escape in _ESCAPE.finditer(octets):
        pieces.append(_decode_run(octets, at, escape.start(), charset))
        at, token = escape.end(), escape.group()
        if token == b"\x0e":
            before_shift, charset = charset, "kana"
        elif token == b"\x0f":
            charset = before_shift if before_shift != "kana" else "ascii"
        else:
            designation = token[token.rindex(b"\x1b") + 1 :]
            charset = _SINGLE_BYTE.get(designation) or _DOUBLE_BYTE.get(designation) or ""
            if not charset:
                return octets.decode("iso2022_jp_2")  # Chinese, Korean or Greek inside a Japanese mail
    pieces.append(_decode_run(octets, at, len(octets), charset))
    return "".join(pieces)


def _decode_run(octets: bytes, start: int, end: int, charset: str) -> str:
    run = octets[start:end]
    if not run:
        return ""
    if charset in ("ascii", "roman"):
        if b"\x1b" in run:
            raise _refused(octets, start, end, "unknown escape sequence")
        return run.decode("ascii")
    if charset == "kana":
        return run.translate(_HIGH_KANA).decode("cp932")
    pieces, at = [], 0
    for line_end in _LINE_END.finditer(run):
        pieces += [_decode_cells(run[at : line_end.start()], charset), line_end.group().decode("ascii")]
        at = line_end.end()
    return "".join([*pieces, _decode_cells(run[at:], charset)])


def _decode_cells(run: bytes, charset: str) -> str:
    if _NO_CELL.search(run):
        raise _refused(run, 0, len(run), "no seven-bit double-byte code")
    high = run.translate(_HIGH, b"\t ")  # some mailers pad a double-byte run with spaces
    if charset == "jisx0208":
        return decode_euc_jp(high)
    prefix = b"" if charset == "jisx0213" else b"\x8f"
    codec = "euc_jp" if charset == "jisx0212" else "euc_jis_2004"
    return b"".join(prefix + high[n : n + 2] for n in range(0, len(high), 2)).decode(codec)


def decode_euc_jp(octets: bytes) -> str:
    """Read EUC-JP with the extensions of cp51932 (rows 13 and 89–92 as Windows has them) and of eucJP-ms."""
    try:
        return octets.decode("euc_jp")
    except UnicodeDecodeError:
        pass
    pieces: list[str] = []
    at, size = 0, len(octets)
    while at < size:
        lead = octets[at]
        width = 1 if lead < 0x80 else 3 if lead == 0x8F else 2
        pieces.append(_decode_euc_cell(octets, at, octets[at : at + width]))
        at += width
    return "".join(pieces)


def _decode_euc_cell(octets: bytes, at: int, cell: bytes) -> str:
    try:
        return cell.decode("euc_jp")
    except UnicodeDecodeError:
        if len(cell) == 2 and all(0xA1 <= b <= 0xFE for b in cell):
            return jis_to_shift_jis(cell[0] & 0x7F, cell[1] & 0x7F).decode("cp932")
        character = _ibm_extensions_of_eucjp_ms().get(cell)
        if character is None:
            raise _refused(octets, at, at + len(cell), "no EUC-JP character") from None
        return character


def jis_to_shift_jis(row: int, cell: int) -> bytes:
    """The Shift_JIS bytes of a JIS code (both bytes 0x21–0x7E): the same cell, other arithmetic."""
    trail = cell + 0x7E if row % 2 == 0 else cell + (0x1F if cell < 0x60 else 0x20)
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    return bytes((lead, trail))


@cache
def _ibm_extensions_of_eucjp_ms() -> dict[bytes, str]:
    """IBM characters (FA40–FC4B of code page 932) that JIS X 0208 and 0212 lack, in order from 8F F3 F3."""
    cells = ((row, cell) for row in (0xF3, 0xF4) for cell in range(0xA1, 0xFF) if (row, cell) >= (0xF3, 0xF3))
    table: dict[bytes, str] = {}
    for lead in (0xFA, 0xFB, 0xFC):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            if (lead, trail) > (0xFC, 0x4B):
                return table
            character = bytes((lead, trail)).decode("cp932")
            if character == "№" or (character not in "￢￤" and not _in_jis(character)):
                row, cell = next(cells)
                table[bytes((0x8F, row, cell))] = character
    return table


def _in_jis(character: str) -> bool:
    try:
        character.encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return True


def decode_cp932(octets: bytes) -> str:
    """Read Shift_JIS as code page 932; the four bytes that Windows leaves without a character are refused."""
    text = octets.decode("cp932")
    if any(c in text for c in "\x80\uf8f0\uf8f1\uf8f2\uf8f3"):
        raise _refused(octets, 0, len(octets), "byte without a character in code page 932")
    return text


def _refused(octets: bytes, start: int, end: int, reason: str) -> UnicodeDecodeError:
    return UnicodeDecodeError("japanese", bytes(octets), start, max(end, start + 1), reason)
