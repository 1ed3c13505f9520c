"""プロセスの見張り: starts the processes of an instance, restarts what dies, and takes them along when it ends.

Children sit in process groups of their own, so that Ctrl-C reaches the supervisor only and each child ends in order.
They also watch their parent (a pipe, and the kernel's death signal on Linux): none outlives it, even after kill -9.
"""

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

STOP_SECONDS = 10.0
HEALTHY_SECONDS = 60.0  # a child that lived this long starts again without waiting
LONGEST_PAUSE_SECONDS = 30.0

_PIPE = "HELPDESK_PARENT_PIPE"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running; `title` is what people are told (Japanese)."""

    title: str
    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    deaths_in_a_row: int = 0


class Supervisor:
    """Keeps programs running until `stop` is called (from a signal handler or another thread)."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        tell: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
        first_pause_seconds: float = 1.0,
    ) -> None:
        self.programs = programs
        self.tell = tell
        self.monotonic = monotonic
        self.first_pause_seconds = first_pause_seconds
        self.children: dict[str, _Child] = {}
        self._news: queue.SimpleQueue[tuple[str, int] | None] = queue.SimpleQueue()
        self._timers: list[threading.Timer] = []
        self._pipe: tuple[int, int] | None = None

    def start(self) -> None:
        """Start every program. Call from the main thread: the death signal follows the thread that started them."""
        self._pipe = os.pipe()
        for program in self.programs:
            self._start(program, deaths=0)

    def run(self) -> None:
        """Watch until `stop`, then end every child in order."""
        try:
            while (news := self._news.get()) is not None:
                title, status = news
                if status == _START_AGAIN:
                    self._start(self.children[title].program, self.children[title].deaths_in_a_row)
                else:
                    self._plan_restart(self.children[title], status)
        finally:
            self._end_all()

    def stop(self) -> None:
        """Ask `run` to end; safe in a signal handler."""
        self._news.put(None)

    def _start(self, program: Program, deaths: int) -> None:
        assert self._pipe is not None
        watched = self._pipe[0]
        process = subprocess.Popen(  # noqa: S603 - our own programs
            program.arguments,
            env={**os.environ, **program.environ, _PIPE: str(watched)},
            stdin=subprocess.DEVNULL,
            pass_fds=(watched,),
            start_new_session=True,
        )
        child = _Child(program, process, self.monotonic(), deaths)
        self.children[program.title] = child
        threading.Thread(target=self._await_end, args=(child,), daemon=True).start()

    def _await_end(self, child: _Child) -> None:
        self._news.put((child.program.title, child.process.wait()))

    def _plan_restart(self, child: _Child, status: int) -> None:
        _kill_group(child.process.pid)  # what it may have left behind
        if self.monotonic() - child.started >= HEALTHY_SECONDS:
            child.deaths_in_a_row = 0
        pause = min(self.first_pause_seconds * 2**child.deaths_in_a_row, LONGEST_PAUSE_SECONDS)
        child.deaths_in_a_row += 1
        title = child.program.title
        self.tell(f"{title}が止まりました（{_meaning(status)}）。{pause:g} 秒後に起動し直します")
        timer = threading.Timer(pause, self._news.put, ((title, _START_AGAIN),))
        timer.daemon = True
        timer.start()
        self._timers = [each for each in self._timers if each.is_alive()] + [timer]

    def _end_all(self) -> None:
        for timer in self._timers:
            timer.cancel()
        for child in self.children.values():
            if child.process.poll() is None:
                child.process.terminate()
        deadline = self.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.process.wait(timeout=max(0.0, deadline - self.monotonic()))
            except subprocess.TimeoutExpired:
                self.tell(f"{child.program.title}が終わらないため、強制終了します")
            _kill_group(child.process.pid)
            child.process.wait()
        if self._pipe is not None:
            for descriptor in self._pipe:
                os.close(descriptor)
            self._pipe = None


_START_AGAIN = 1_000_000  # no exit status is this large


def follow_parent() -> None:
    """In a child: end in order when the supervisor dies, however it dies. Without a supervisor: nothing."""
    watched = os.environ.pop(_PIPE, None)
    if watched is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_end_with_parent, args=(int(watched),), daemon=True).start()


def _end_with_parent(descriptor: int) -> None:
    """The supervisor alone holds the writing end: the pipe ends when it does."""
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _meaning(status: int) -> str:
    return f"シグナル {signal.Signals(-status).name}" if status < 0 else f"終了コード {status}"
