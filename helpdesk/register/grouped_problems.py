"""同じ問題のまとめ: what is wrong with many resources in the same way is told once, with whose it is.

A number that nobody configured is missing for every resource that needs it; a person has one thing to do about it.
"""

from collections.abc import Collection, Iterable

from helpdesk.errors import Problem

_NAMED = 3


def grouped(problems: Iterable[Problem], resources: Collection[str]) -> list[Problem]:
    """The problems in their order; those that differ only in the resource's code as one that names the first codes."""
    known = frozenset(resources)
    codes_of: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        code, _, rest = problem.where.partition(" ")
        at = (rest, problem.message) if code in known else (problem.where, problem.message)
        codes_of.setdefault(at, []).append(code if code in known else "")
    found = []
    for (place, message), codes in codes_of.items():
        named = "・".join(codes[:_NAMED])
        more = f" ほか {len(codes) - _NAMED:,} 電源等" if len(codes) > _NAMED else ""
        found.append(Problem(f"{named}{more} {place}".strip(), message))
    return found
