"""What the pool draws is what would be drawn alone, in the order of the jobs, and it ends with whoever asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from helpdesk.documents import rendering_pool
from helpdesk.documents.formats import write
from helpdesk.documents.rendering_pool import Job, NotDrawn, draw_all
from tests.helpdesk.documents.sample_documents import every_block, hostile, letter


def some_jobs(count: int) -> Iterator[Job]:
    for number in range(count):
        yield Job(number, replace(letter(), number=f"窓口発第2026-{number:04d}号"), "pdf")


def test_a_pool_draws_in_order_what_would_be_drawn_alone() -> None:
    jobs = [
        *some_jobs(12),
        Job("word", every_block(), "docx"),
        Job("excel", every_block(), "xlsx"),
        Job("hostile", hostile(), "pdf"),
    ]
    told: list[int] = []
    drawn = list(draw_all(jobs, progress=told.append))
    assert [key for key, _ in drawn] == [job.key for job in jobs]
    for job, (_, content) in zip(jobs, drawn, strict=True):
        assert content == write(job.document, job.file_format), job.key
    assert told == list(range(1, len(jobs) + 1))


def test_a_few_are_drawn_without_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering_pool, "ProcessPoolExecutor", None)
    assert [key for key, _ in draw_all(some_jobs(3))] == [0, 1, 2]
    assert [key for key, _ in draw_all(some_jobs(10), workers=1)] == list(range(10))
    assert list(draw_all([])) == []


def test_jobs_are_made_as_they_are_needed() -> None:
    made: list[int] = []

    def jobs() -> Iterator[Job]:
        for job in some_jobs(40):
            made.append(job.key)
            yield replace(job, file_format="csv")

    drawing = draw_all(jobs(), workers=2)
    next(drawing)
    assert len(made) <= 2 * rendering_pool._AHEAD
    drawing.close()


@pytest.mark.parametrize("count", [1, 12])
def test_an_error_names_the_document(count: int) -> None:
    with pytest.raises(NotDrawn, match=r"窓口発第2026-0000号.*「odt」はありません"):
        list(draw_all(replace(job, file_format="odt") for job in some_jobs(count)))


def test_the_processes_end_when_whoever_asked_is_killed() -> None:
    asking = (
        "import os, sys\n"
        "from helpdesk.documents.rendering_pool import draw_all\n"
        "from tests.helpdesk.documents.test_rendering_pool import some_jobs\n"
        "if __name__ == '__main__':\n"
        "    drawing = draw_all(some_jobs(1000))\n"
        "    next(drawing)\n"
        "    import multiprocessing\n"
        "    print(*[child.pid for child in multiprocessing.active_children()], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    children = [int(each) for each in ended.stdout.split()]
    assert len(children) == 2
    assert not any(_lives(child) for child in children)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
