"""監視の拒否: what the watch refuses. `str(error)` is Japanese: what is wrong, where, what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands (file, line, column) and what to do about it (Japanese)."""

    where: str
    message: str

    def to_json(self) -> dict[str, str]:
        """As it is stored with the publication and shown on its page."""
        return {"where": self.where, "message": self.message}


class AlertsError(Exception):
    """Base of everything this package refuses."""


class FeedUnreadable(AlertsError):
    """公表データの読み取り不能: bytes that are no publication, with everything that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{problem.where}: {problem.message}" for problem in self.problems))


class IncidentRefused(AlertsError):
    """事案の操作の拒否: the incident is not in a state in which this can be done."""
