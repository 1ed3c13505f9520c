"""文書の一括作成: how are a thousand documents drawn on all cores, each as it would be drawn alone?

Documents are plain values, so each goes to a process of its own and its bytes come back, in the order of the jobs. A
few are drawn here: processes cost more than they save. A process whose parent has died ends by itself.
"""

import itertools
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from helpdesk.documents import formats
from helpdesk.documents.document import Document

WORKERS = 2
_FEW = 8
_AHEAD = 8  # jobs that wait for each process, so that neither they nor what is drawn pile up


class NotDrawn(RuntimeError):
    """A document could not be drawn: which one, and the error's own words (errors do not all travel)."""


@dataclass(frozen=True, slots=True)
class Job:
    """作成する文書: one document in one format; `key` is whatever the caller knows it by; it stays here."""

    key: Any
    document: Document
    file_format: str


def draw_all(
    jobs: Iterable[Job],
    *,
    workers: int = WORKERS,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Any, bytes]]:
    """Key and bytes of each job, in their order; `progress` is told how many are drawn.

    Jobs are taken as they are needed: they may be made on the way. An error of one ends the rest: `NotDrawn`.
    """
    waiting = iter(jobs)
    few = list(itertools.islice(waiting, _FEW + 1))
    is_few = len(few) <= _FEW or workers < 2
    drawn = map(_draw_here, few) if is_few else _in_pool(itertools.chain(few, waiting), workers)
    if is_few:
        drawn = itertools.chain(drawn, map(_draw_here, waiting))
    for number, each in enumerate(drawn, 1):
        yield each
        if progress is not None:
            progress(number)


def _in_pool(jobs: Iterator[Job], workers: int) -> Iterator[tuple[Any, bytes]]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    held: deque[tuple[Any, Future[bytes]]] = deque()
    try:
        for job in jobs:
            held.append((job.key, pool.submit(_draw, job.document, job.file_format)))
            if len(held) >= workers * _AHEAD:
                key, drawn = held.popleft()
                yield key, drawn.result()
        while held:
            key, drawn = held.popleft()
            yield key, drawn.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _draw_here(job: Job) -> tuple[Any, bytes]:
    return job.key, _draw(job.document, job.file_format)


def _draw(document: Document, file_format: str) -> bytes:
    try:
        return formats.write(document, file_format)
    except Exception as error:
        raise NotDrawn(f"{document.title} {document.number}: {type(error).__name__}: {error}") from error


def _begin() -> None:
    """In each process: end when the parent does, whichever way it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)
