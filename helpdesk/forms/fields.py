"""Reading posted forms: every problem at once, in Japanese; nothing is guessed."""

import re
from collections.abc import Mapping
from datetime import date

from helpdesk.errors import Problem, Refused

LARGEST = 2**31 - 1  # that both databases keep in an integer column
_WHOLE = re.compile(r"-?[0-9]{1,18}")


class FormReader:
    """Takes fields one by one, gathers problems, and refuses once at the end."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    def text(self, name: str, label: str, *, required: bool = False, most: int = 500) -> str:
        """A text without surrounding blanks."""
        value = self._values.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
        if required and not value:
            self.problems.append(Problem(label, "入力してください"))
        if len(value) > most:
            self.problems.append(
                Problem(label, f"{most:,} 文字以内にしてください（いま {len(value):,} 文字）")
            )
        return value

    def whole(
        self, name: str, label: str, *, required: bool = False, least: int = 0, most: int = LARGEST
    ) -> int | None:
        """A whole number; full-width digits and thousands separators are understood."""
        value = self._values.get(name, "").strip().translate(_PLAIN_DIGITS).replace(",", "")
        if not value:
            if required:
                self.problems.append(Problem(label, "入力してください"))
            return None
        if not _WHOLE.fullmatch(value):
            self.problems.append(Problem(label, f"「{value[:20]}」は整数ではありません"))
            return None
        if int(value) < least:
            self.problems.append(Problem(label, f"{least} 以上にしてください"))
            return None
        if int(value) > most:
            self.problems.append(Problem(label, f"{most:,} 以下にしてください"))
            return None
        return int(value)

    def choice(self, name: str, label: str, options: Mapping[str, str], *, required: bool = False) -> str:
        """One of the options' keys, or the empty text."""
        value = self._values.get(name, "")
        if not value and not required:
            return ""
        if value not in options:
            self.problems.append(Problem(label, "一覧から選んでください"))
            return ""
        return value

    def day(self, name: str, label: str, *, required: bool = False) -> date | None:
        """A date as `YYYY-MM-DD`."""
        value = self._values.get(name, "").strip()
        if not value:
            if required:
                self.problems.append(Problem(label, "日付を入力してください"))
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems.append(Problem(label, f"「{value[:20]}」は日付ではありません（例 2026-04-01）"))
            return None

    def refuse_if_wrong(self) -> None:
        """Raise `Refused` when anything was wrong."""
        if self.problems:
            raise Refused(self.problems)


def row_number(text: str) -> int:
    """The number of a row as a hidden field or a choice carries it; 0, which no row has, for anything else."""
    number = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else 0
    return number if number <= LARGEST else 0


_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９，−－ー", "0123456789,---")
