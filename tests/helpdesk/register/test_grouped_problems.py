"""One thing to do is told once, however many resources wait for it."""

import pytest

from helpdesk.errors import Problem
from helpdesk.register.grouped_problems import grouped

pytestmark = pytest.mark.any_database
MISSING = "tight_hours を設定してください"


def test_the_same_problem_of_many_resources_is_told_once_and_others_stay_as_they_are() -> None:
    codes = [f"R-{number}" for number in range(1, 6)]
    problems = [Problem(f"{code} parameters.tight_hours", MISSING) for code in codes]
    problems += [
        Problem("R-2 coal", "値がありません"),
        Problem("months", "4月から"),
        Problem("R-9 x", MISSING),
    ]
    assert grouped(problems, codes) == [
        Problem("R-1・R-2・R-3 ほか 2 電源等 parameters.tight_hours", MISSING),
        Problem("R-2 coal", "値がありません"),
        Problem("months", "4月から"),
        Problem("R-9 x", MISSING),
    ]
    assert grouped(problems[:2], codes) == [Problem("R-1・R-2 parameters.tight_hours", MISSING)]
