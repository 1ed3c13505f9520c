"""However many processes start an upgrade at once, one does it and the others find it done."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.database import make_engine
from helpdesk.migrations import current_revision, newest_revision

pytestmark = pytest.mark.xdist_group("postgresql")

UPGRADE_WHEN_TOLD = """
import sys
import helpdesk.schema
from helpdesk.database import make_engine
from helpdesk.migrations import upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(make_engine(sys.argv[1]))
"""


def test_two_processes_upgrading_at_once_both_succeed(url: str) -> None:
    command = [sys.executable, "-c", UPGRADE_WHEN_TOLD, url]
    both = [
        subprocess.Popen(
            command,
            cwd=Path(__file__).parents[3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [process.stdout.readline() for process in both if process.stdout] == ["ready\n", "ready\n"]
    for process in both:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in both]

    assert errors == ["", ""]
    assert [process.returncode for process in both] == [0, 0]
    engine = make_engine(url)
    assert current_revision(engine) == newest_revision()
    engine.dispose()
