"""Errors of the application, and which status and page every package's error becomes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it stands and what to do about it (Japanese)."""

    where: str
    message: str


class HelpdeskError(Exception):
    """Base of the application's errors. `str(error)` is a Japanese sentence for the reader."""

    status = 400


class Refused(HelpdeskError):
    """Input that cannot be taken, with every problem found in it."""

    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{problem.where}: {problem.message}" for problem in problems))


class NotAllowed(HelpdeskError):
    """The person may not do this."""

    status = 403


class NotFound(HelpdeskError):
    """Nothing there, or nothing that this person may see: the two look the same from outside."""

    status = 404


class Conflict(HelpdeskError):
    """Somebody else was faster, or the same form was sent twice."""

    status = 409


class InstanceUnusable(HelpdeskError):
    """The instance cannot be started: settings, schema or files are not as they must be."""

    status = 500
