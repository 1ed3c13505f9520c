import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from helpdesk.commands.jobs import command
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from helpdesk.task_models import JobHeartbeat

SECONDS = 60
# Says when the first heartbeat is written, so that the test need not wait by the clock.
RUN = """
from sqlalchemy import Engine, event

@event.listens_for(Engine, "commit")
def tell(connection):
    print("committed", flush=True)

from helpdesk.commands.jobs import command
command(["run"])
"""


def test_an_old_schema_is_refused_with_what_to_do(instance) -> None:
    result = CliRunner().invoke(command, ["run"])
    assert result.exit_code == 1
    assert "helpdesk db upgrade" in result.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_leads_shows_its_heartbeat_and_ends_cleanly(migrated, number) -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "committed\n"
        process.send_signal(number)
        process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0
    desk = open_desk(load_settings())
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(JobHeartbeat)) > 0
    desk.database.engine.dispose()
