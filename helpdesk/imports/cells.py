"""セルの値: amounts, days and words as people write them, as exact values; or what is wrong with them, in Japanese.

Full-width digits, thousands separators, 円 and ¥, Japanese dates and eras are understood. What could be read in two
ways (a day without a year, an amount with a fraction) is refused.
"""

import re
import unicodedata
from datetime import date

MOST_YEN = 10**13 - 1
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)", re.IGNORECASE)
_YEN = re.compile(r"(-?)([0-9]+)(?:\.0+)?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WESTERN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ERA = re.compile(
    r"(令和|平成|R|H)\.?([0-9]{1,2}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.IGNORECASE
)
_ERAS = {"令和": (2018, date(2019, 5, 1), date.max), "平成": (1988, date(1989, 1, 8), date(2019, 4, 30))}
_ERAS |= {"R": _ERAS["令和"], "H": _ERAS["平成"]}
_SHOWN = 30
_YES = frozenset(
    {"はい", "有", "あり", "該当", "○", "◯", "〇", "true", "yes", "y", "1", "取消", "取り消し", "取下げ"}
)
_NO = frozenset({"いいえ", "無", "なし", "非該当", "×", "x", "false", "no", "n", "0", "-"})


class NotReadable(ValueError):
    """A cell that cannot be read; the message says why (Japanese)."""


def plain(cell: str) -> str:
    """The cell without surrounding blanks, in one width. Raises `NotReadable` for an error value of a spreadsheet."""
    text = " ".join(unicodedata.normalize("NFKC", cell.replace("\0", "")).split())
    if _ERRORS.match(text) or (text and not text.strip("*")):
        raise NotReadable(f"「{text[:_SHOWN]}」は値ではありません。元の表を直して書き出し直してください")
    return text


def read_yen(cell: str) -> int:
    """A positive whole amount of yen."""
    text = re.sub(r"[¥\\円 ]", "", plain(cell)).replace("−", "-").replace("▲", "-").replace("△", "-")
    text = re.sub(r"^\((.*)\)$", r"-\1", text)
    if "," in text:
        if not _GROUPED.fullmatch(text):
            raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は桁区切りの位置が3桁ごとではありません")
        text = text.replace(",", "")
    found = _YEN.fullmatch(text)
    if found is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は円の整数ではありません")
    if len(found[2].lstrip("0")) > len(str(MOST_YEN)):
        raise NotReadable(f"{MOST_YEN:,}円を超えています。桁を確かめてください")
    amount_yen = int(found[1] + found[2])
    if amount_yen <= 0:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は 1円以上ではありません")
    return amount_yen


def read_whole(cell: str, *, least: int, most: int, units: str = "") -> int:
    """A whole number within its range; a unit behind it (年度, 月分) is allowed."""
    text = plain(cell)
    found = re.fullmatch(rf"([0-9]{{1,9}})(?:{units})?" if units else r"([0-9]{1,9})", text)
    if found is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は数字ではありません")
    if not least <= int(found[1]) <= most:
        raise NotReadable(f"{least}〜{most} で入力してください（いま {int(found[1])}）")
    return int(found[1])


def read_yen_from_zero(cell: str, *, most: int = MOST_YEN) -> int:
    """A whole amount of yen that may be 0; a price with 円/kW behind it."""
    text = re.sub(r"[¥\\ ]|円(/kw)?$", "", plain(cell), flags=re.IGNORECASE)
    amount_yen = _whole(cell, text, "0以上の円の整数")
    if amount_yen > most:
        raise NotReadable(f"{most:,}円を超えています。桁を確かめてください")
    return amount_yen


def read_yes(cell: str) -> bool:
    """Yes or no: はい, いいえ, ○, ×, true, false, 1, 0."""
    written = plain(cell).lower()
    if written not in _YES | _NO:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は はい・いいえ のどちらでもありません")
    return written in _YES


def _whole(cell: str, text: str, what: str) -> int:
    """A number without sign, with or without separators; one that a spreadsheet wrote as 1000.0 is whole."""
    if "," in text and not _GROUPED.fullmatch(text):
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は桁区切りの位置が3桁ごとではありません")
    found = re.fullmatch(r"([0-9]{1,15})(?:\.0+)?", text.replace(",", ""))
    if found is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は{what}ではありません")
    return int(found[1])


def read_day(cell: str) -> date:
    """A day with its year: 2026-07-31, 2026/7/31, 20260731, 2026年7月31日, 令和8年7月31日, R8.7.31."""
    text = plain(cell)
    text = re.sub(r"[ (]*[(]?[月火水木金土日](?:曜日)?[)]$", "", text)
    text = re.sub(r"[ T]0{1,2}:00(:00)?$", "", text).replace(" ", "")
    era = _ERA.fullmatch(text)
    western = _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text)
    if era is None and western is None:
        raise NotReadable(
            f"「{cell.strip()[:_SHOWN]}」は年月日ではありません（例 2026-07-31、2026年7月31日、令和8年7月31日）"
        )
    try:
        if era is None:
            year, month, day = (int(part) for part in western.groups())
            return _in_range(date(year, month, day), cell)
        base, first, last = _ERAS[era[1].upper()]
        found = date(base + (1 if era[2] == "元" else int(era[2])), int(era[3]), int(era[4]))
    except ValueError as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」という日はありません") from None
    if not first <= found <= last:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は元号と年月日が合いません")
    return _in_range(found, cell)


def _in_range(day: date, cell: str) -> date:
    if not 2016 <= day.year <= 2099:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」の年を確かめてください（2016〜2099年）")
    return day
