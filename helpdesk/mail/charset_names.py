"""文字コード名: which decoder stands behind the charset name that a mail declares."""

import codecs
import re
from collections.abc import Callable
from functools import lru_cache

from helpdesk.mail.japanese_codecs import decode_cp932, decode_euc_jp, decode_iso2022_jp

Decoder = Callable[[bytes], str]

JIS, EUC, SHIFT_JIS, UTF_8 = "iso-2022-jp", "euc-jp", "cp932", "utf-8"

_FAMILIES = {
    JIS: "iso-2022-jp iso2022jp iso-2022-jp-ms iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 "
    "iso-2022-jp-ext csiso2022jp csiso2022jp2 cp50220 cp50221 cp50222 x-windows-50220 x-windows-50221 "
    "windows-50220 windows-50221 jis jis7 x-jis jis-encoding csjisencoding",
    SHIFT_JIS: "shift-jis shiftjis sjis x-sjis x-shift-jis shift-jisx0213 ms-kanji csshiftjis windows-31j "
    "cswindows31j cp932 ms932 x-ms-cp932 windows-932 cp943 cp943c ibm-943 ibm943 sjis-win mskanji shift-jis-ms",
    EUC: "euc-jp eucjp x-euc-jp x-euc x-eucjp ujis u-jis cp51932 windows-51932 eucjp-ms euc-jp-ms eucjp-win "
    "cseucpkdfmtjapanese extended-unix-code-packed-format-for-japanese",
    UTF_8: "utf-8 utf8 unicode-1-1-utf-8 x-utf-8 utf8mb4 cp65001 utf-8n utf-8-sig utf-8-mac cesu-8",
    "utf-7": "utf-7 utf7 unicode-1-1-utf-7 x-unicode-2-0-utf-7 x-unicode-1-1-utf-7 csunicode11utf7 cp65000",
    "ascii": "ascii us-ascii usascii ansi-x3.4-1968 iso-ir-6 iso646-us us 646 cp367 7bit iso-646",
    "cp1252": "iso-8859-1 iso8859-1 8859-1 latin1 latin-1 l1 windows-1252 cp1252 x-ansi iso-8859",
    "gb18030": "gb2312 gbk gb18030 x-gbk cp936 windows-936 hz-gb2312 gb-2312-80 euc-cn x-euc-cn",
    "cp949": "ks-c-5601-1987 ks-c-5601 euc-kr x-euc-kr ksc5601 cp949 windows-949 uhc",
    "big5hkscs": "big5 big-5 big5-hkscs cp950 windows-950 x-x-big5 cn-big5",
    "cp874": "tis-620 windows-874 iso-8859-11 cp874",
}
_FAMILY_OF = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_NO_INFORMATION = {
    "",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "default",
    "none",
    "null",
    "binary",
    "8bit",
    "auto",
    "autodetect",
    "x-autodetect",
    "-autodetect-jp",
    "x-user-defined",
    "user-defined",
}
_NEVER = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "charmap"}
_NAME = re.compile(r"[a-z0-9][a-z0-9.:+-]{0,39}")

WESTERN = {"cp1252"}


@lru_cache(maxsize=256)
def family(declared: str) -> str:
    """The decoder family of a declared charset; empty when the name says nothing or is unknown."""
    name = declared.strip().strip("\"'").split("*")[0].strip().lower().replace("_", "-").replace(" ", "-")
    if name in _NO_INFORMATION:
        return ""
    known = _FAMILY_OF.get(name) or _FAMILY_OF.get(name.removeprefix("cs")) or _FAMILY_OF.get(name[2:])
    if known:
        return known
    name = re.sub(r"^x-", "", re.sub(r"-[ei]$", "", name))
    if name in _FAMILY_OF:
        return _FAMILY_OF[name]
    if not _NAME.fullmatch(name) or name in _NEVER:
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    return info.name if getattr(info, "_is_text_encoding", True) and info.name not in _NEVER else ""


def says_nothing(declared: str) -> bool:
    """True when no charset is named at all (as opposed to a name that nobody knows)."""
    return declared.strip().strip("\"'").lower().replace("_", "-") in _NO_INFORMATION


def decoder(family_name: str) -> Decoder:
    """The strict decoder of a family; it raises UnicodeError on the first byte it cannot read."""
    own: dict[str, Decoder] = {
        JIS: decode_iso2022_jp,
        EUC: decode_euc_jp,
        SHIFT_JIS: decode_cp932,
        UTF_8: lambda octets: octets.decode("utf-8-sig"),
        "cp1252": _decode_western,
    }
    return own.get(family_name) or (lambda octets: octets.decode(family_name))


def _decode_western(octets: bytes) -> str:
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1")
