"""計算の拒否: what the core refuses, with the place and what to do. `str(error)` is Japanese."""

import errno
from collections.abc import Iterable
from dataclasses import dataclass

_FILE_FAULTS = {
    errno.ENOENT: "ファイルがありません。場所と名前を確かめてください",
    errno.ENOTDIR: "ファイルがありません。場所と名前を確かめてください",
    errno.EACCES: "読む権限がありません。権限を確かめてください",
    errno.EPERM: "読む権限がありません。権限を確かめてください",
    errno.EISDIR: "ファイルではなくフォルダーです。ファイルを指定してください",
    errno.ENAMETOOLONG: "名前が長すぎます。名前を確かめてください",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands (an input's name, `lines[0].payment_yen`) and what to do about it."""

    where: str
    message: str

    def to_json(self) -> dict[str, str]:
        """The problem as the command line prints it."""
        return {"where": self.where, "message": self.message}


class CalcError(Exception):
    """Base of everything this package refuses."""


class InputRefused(CalcError):
    """入力不備: an input that cannot be computed, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{problem.where}: {problem.message}" for problem in self.problems))

    def to_json(self) -> dict[str, object]:
        """`{"error": {"problems": [{"where", "message"}]}}`."""
        return {"error": {"problems": [problem.to_json() for problem in self.problems]}}


class ParameterFileInvalid(CalcError):
    """パラメータの不備: a parameter file of the package that does not load, with everything that is wrong in it."""

    def __init__(self, rule: str, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(f"parameters/{rule}.toml: {fault}" for fault in self.faults))


def unreadable_file(failed: OSError) -> str:
    """Why a file cannot be read and what to do, in Japanese."""
    known = _FILE_FAULTS.get(
        failed.errno, f"読み込みに失敗しました（エラー番号 {failed.errno}）。場所と権限を確かめてください"
    )
    return f"ファイルを開けません。{known}"
