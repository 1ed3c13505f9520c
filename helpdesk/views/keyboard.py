"""キーボード操作: every key of the product in one table; a letter means the same on every page.

The frame marks its links with `GO_KEYS`, the dialog behind 「?」 lists what works on the page at hand, the manual lists all.
"""

from dataclasses import dataclass
from typing import Final

GO_KEYS: Final[dict[str, str]] = {
    "home.show": "h",
    "cases.index": "c",
    "objections.index": "o",
    "calls.index": "p",
    "settlement.index": "s",
    "transfers.index": "x",
    "books.index": "b",
    "statements.index": "y",
    "alerts.index": "w",
    "imports.index": "i",
    "assessment.index": "e",
    "calculations.index": "k",
    "kb.index": "n",
    "checklists.index": "l",
    "reports.index": "r",
    "admin.index": "a",
    "mailbox.index": "m",
    "manual.index": "u",
    "portal.home": "h",
    "portal.notices": "t",
    "portal.statements": "s",
    "portal.cases": "c",
    "portal.inquiry": "q",
    "portal.account": "a",
}  # after g; nobody sees the desk's entries and the portal's together


@dataclass(frozen=True, slots=True)
class Key:
    """キー一つ: what is pressed, what it does, the selector of what must be on the page, where that is (for the manual)."""

    keys: str
    does: str
    needs: str = ""
    where: str = "すべての画面"


def _letter(letter: str, does: str, where: str) -> Key:
    return Key(letter, does, f'[data-key="{letter}"], [data-focus-key="{letter}"]', where)


KEYS: Final[tuple[Key, ...]] = (
    Key("/", "案件番号・検索の欄へ", "[data-jump]"),
    Key("j k", "次の行・前の行へ", "[data-rows] .row-link", "一覧のある画面"),
    Key("Enter", "選んだ行を開く", "[data-rows] .row-link", "一覧のある画面"),
    _letter("f", "この画面の検索欄へ", "検索欄のある画面"),
    _letter("e", "書く欄へ", "案件の回答、電話の内容、事案のコメント"),
    _letter("i", "着信の記録を始める", "電話、案件"),
    _letter("o", "発信の記録を始める", "電話、案件"),
    _letter("v", "大画面の表示にする", "監視"),
    Key("Ctrl Enter", "記録を終える", "[data-end-call]", "通話中の画面"),
    Key("← ↑ ↓ →", "予備率の表の中を移動", "[data-map]", "監視"),
    Key("?", "この一覧を開く"),
    Key("Esc", "閉じる"),
)
