import http.client
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands.up import command
from helpdesk.demo.people import DEMO_USERS

SECONDS = 240


def up(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_port_that_is_taken_is_refused_before_anything_is_made(instance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = up("--demo", "--port", str(port))
    assert result.exit_code == 2
    assert f"ポート {port} を使えません" in result.output
    assert not (instance / "demo").exists()


def test_a_demonstration_never_starts_over_real_data(migrated, free_port) -> None:
    result = up("--demo", "--port", str(free_port))
    assert result.exit_code == 2
    assert "業務のデータがあります" in result.output
    assert not (migrated / "demo").exists()


def test_a_demonstration_is_never_started_as_a_real_instance(instance, free_port) -> None:
    instance.mkdir()
    (instance / "demo").touch()
    result = up("--port", str(free_port))
    assert result.exit_code == 2
    assert "--demo を付けるか" in result.output


def test_a_speed_is_for_a_demonstration_only_and_within_bounds(instance, free_port) -> None:
    result = up("--speed", "60", "--port", str(free_port))
    assert result.exit_code == 2
    assert "--demo を付けてください" in result.output
    for speed in ("0", "601", "fast"):
        assert up("--demo", "--speed", speed).exit_code == 2
    assert not (instance / "demo").exists()


def test_wrong_settings_are_all_listed(instance, monkeypatch, free_port) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_PORT", "70000")
    monkeypatch.setenv("HELPDESK_DESK_ADDRESS", "nobody")
    result = up("--port", str(free_port))
    assert result.exit_code == 2
    assert "smtp_port" in result.output
    assert "desk_address" in result.output


class Started:
    """A real `helpdesk up` and the lines it prints."""

    def __init__(self, *arguments: str) -> None:
        code = "from helpdesk.commands.up import command; command()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._too_long = threading.Timer(SECONDS, self.process.kill)
        self._too_long.start()

    def read_until(self, wanted: str) -> str:
        """The first line that holds `wanted`; a failure with everything printed when there is none."""
        for line in self.process.stdout:
            self.lines.append(line)
            if wanted in line:
                return line
        raise AssertionError(f"{wanted} never came:\n{''.join(self.lines)}")

    def stop(self, number: int) -> int:
        """Send the signal; the exit status."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=SECONDS)
        self.lines.append(rest)
        return self.process.returncode

    def close(self) -> None:
        """End it if a test has failed half-way."""
        self._too_long.cancel()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=SECONDS)
        self.process.stdout.close()


@pytest.fixture
def start():
    started: list[Started] = []

    def begin(*arguments: str) -> Started:
        started.append(Started(*arguments))
        return started[-1]

    yield begin
    for each in started:
        each.close()


def children_of(process: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process:
                found.append(int(entry.name))
    return found


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts processes in /proc")
def test_a_demonstration_starts_ends_with_all_its_children_and_goes_on_with_its_data(
    instance, free_port, start
) -> None:
    for number, status in ((signal.SIGINT, "案件"), (signal.SIGTERM, None)):
        demo = start("--demo", "--port", str(free_port))
        if status:
            demo.read_until(status)  # loaded at the first start only
        assert f"http://127.0.0.1:{free_port}/" in demo.read_until("起動しました")
        demo.read_until("manager")
        assert health(free_port)["checks"]["database"]["ok"] is True
        children = children_of(demo.process.pid)
        assert len(children) == 4
        assert demo.stop(number) == 0
        assert [child for child in children if Path(f"/proc/{child}").exists()] == []
        assert count_users(instance) == len(DEMO_USERS)
        assert any("終了しました" in line for line in demo.lines)


def health(port: int) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def count_users(instance: Path) -> int:
    connection = sqlite3.connect(instance / "helpdesk.sqlite3")
    try:
        return connection.execute("SELECT count(*) FROM helpdesk_user").fetchone()[0]
    finally:
        connection.close()
