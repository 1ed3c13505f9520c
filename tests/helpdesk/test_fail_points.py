import os
import subprocess
import sys

import pytest

from helpdesk.fail_points import EXIT_STATUS, fail_point

PASSES = """
from helpdesk.fail_points import fail_point
for number in range(3):
    fail_point("here")
    print(number, flush=True)
"""


@pytest.mark.parametrize(
    ("wanted", "status", "printed"),
    [
        ("here", EXIT_STATUS, ""),
        ("here:3", EXIT_STATUS, "0\n1\n"),
        ("here:4", 0, "0\n1\n2\n"),
        ("elsewhere", 0, "0\n1\n2\n"),
        ("", 0, "0\n1\n2\n"),
    ],
)
def test_the_process_dies_at_the_named_place_and_time_only(wanted, status, printed) -> None:
    environ = {**os.environ, "HELPDESK_FAIL_POINT": wanted}
    died = subprocess.run(
        [sys.executable, "-c", PASSES], env=environ, capture_output=True, text=True, timeout=60
    )
    assert (died.returncode, died.stdout) == (status, printed)


def test_without_a_wish_in_the_environment_nothing_happens(monkeypatch) -> None:
    monkeypatch.delenv("HELPDESK_FAIL_POINT", raising=False)
    fail_point("outbox.claimed")
