import os
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.supervision import Program, Supervisor

# A child tells its life through a named pipe: the reading test never has to wait by the clock.
CHILD = """
import os, signal, sys, threading
from helpdesk.supervision import follow_parent

def say(word):
    with open(sys.argv[1], "w") as pipe:
        pipe.write(f"{word} {os.getpid()}\\n")

stop = {signal.SIGTERM, signal.SIGINT}
signal.pthread_sigmask(signal.SIG_BLOCK, stop)
follow_parent()
say("up")
signal.sigwait(stop)
say("down")
"""
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "w") as pipe:
    pipe.write(f"up {os.getpid()}\\n")
signal.pause()
"""
PARENT = """
import sys
from helpdesk.supervision import Program, Supervisor
program, pipe = sys.argv[1:]
supervisor = Supervisor([Program("子", [sys.executable, "-c", program, pipe])], tell=print)
supervisor.start()
supervisor.run()
"""
SECONDS = 30


class Pipe:
    """The reading end of a named pipe, with a time limit."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = str(path)
        self.descriptor = os.open(path, os.O_RDWR)  # both ends, so that writers come and go

    def read(self) -> tuple[str, int]:
        """The next word and the process that said it."""
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.descriptor], [], [], SECONDS)
            assert ready, "nothing was said in time"
            line += os.read(self.descriptor, 1)
        word, process = line.split()
        return word.decode(), int(process)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    pipe = Pipe(tmp_path / "pipe")
    yield pipe
    os.close(pipe.descriptor)


class Running:
    """A supervisor at work in a thread of the test, and what it told."""

    def __init__(self, program: str, pipe: Pipe) -> None:
        self.told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.supervisor = Supervisor(
            [Program("定時処理", [sys.executable, "-c", program, pipe.path])],
            tell=self.told.put,
            first_pause_seconds=0.01,
        )
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        self.supervisor.start()
        self.started.set()
        self.supervisor.run()

    def __enter__(self) -> "Running":
        self.thread.start()
        assert self.started.wait(SECONDS)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.supervisor.stop()
        self.thread.join(timeout=SECONDS)
        assert not self.thread.is_alive()


def has_ended(process: int) -> bool:
    """Whether the process is gone (or a zombie that nobody here has to wait for)."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([descriptor], [], [], SECONDS)
        return bool(ready)
    finally:
        os.close(descriptor)


def test_a_child_ends_in_order_when_the_supervisor_is_told_to_stop(pipe) -> None:
    with Running(CHILD, pipe):
        word, process = pipe.read()
        assert word == "up"
    assert pipe.read() == ("down", process)
    assert has_ended(process)


def test_a_child_that_dies_is_started_again_and_it_is_said(pipe) -> None:
    with Running(CHILD, pipe) as running:
        _, first = pipe.read()
        os.kill(first, signal.SIGKILL)
        word, second = pipe.read()
        assert (word, first != second) == ("up", True)
        assert "定時処理が止まりました（シグナル SIGKILL）" in running.told.get(timeout=SECONDS)


def test_the_pause_before_a_restart_grows_while_a_child_keeps_dying(pipe) -> None:
    with Running("import sys; sys.exit(3)", pipe) as running:
        lines = [running.told.get(timeout=SECONDS) for _ in range(3)]
    assert all("終了コード 3" in line for line in lines)
    assert ["0.01 秒後" in lines[0], "0.02 秒後" in lines[1], "0.04 秒後" in lines[2]] == [True] * 3


def test_a_child_that_will_not_end_is_killed(pipe, monkeypatch) -> None:
    monkeypatch.setattr("helpdesk.supervision.STOP_SECONDS", 0.1)
    with Running(STUBBORN, pipe) as running:
        _, process = pipe.read()
    assert has_ended(process)
    assert "強制終了" in running.told.get(timeout=SECONDS)


def test_no_child_outlives_a_supervisor_that_was_killed(pipe) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD, pipe.path])
    word, child = pipe.read()
    assert word == "up"
    parent.send_signal(signal.SIGKILL)
    parent.wait(timeout=SECONDS)
    assert pipe.read() == ("down", child)
    assert has_ended(child)


def test_a_process_without_a_supervisor_follows_nobody(pipe) -> None:
    alone = subprocess.Popen([sys.executable, "-c", CHILD, pipe.path])
    assert pipe.read() == ("up", alone.pid)
    alone.send_signal(signal.SIGTERM)
    assert pipe.read() == ("down", alone.pid)
    assert alone.wait(timeout=SECONDS) == 0
