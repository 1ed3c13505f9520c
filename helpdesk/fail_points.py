"""Named places where a test may kill the process, at every commit and I/O boundary (design.md, Nothing is lost).

`HELPDESK_FAIL_POINT=name` ends the process the first time the place is reached, `name:3` the third time.
"""

import os
from collections import Counter

EXIT_STATUS = 77

_passed: Counter[str] = Counter()


def fail_point(name: str) -> None:
    """Die here, without any clean-up, if the environment asks for it; otherwise nothing."""
    wanted = os.environ.get("HELPDESK_FAIL_POINT")
    if not wanted:
        return
    place, _, count = wanted.partition(":")
    if place != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os._exit(EXIT_STATUS)
