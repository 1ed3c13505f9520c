"""A thousand notices as PDF on both cores: documents a second, and the pool beside the bare typesetter."""

import json
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import pytest

from helpdesk.documents import pdf, settlement_notice
from helpdesk.documents.document import Document
from helpdesk.documents.page_layout import steady_levels
from helpdesk.documents.rendering_pool import WORKERS, Job, draw_all
from tests.benchmarks.measuring import report, side_by_side
from tests.helpdesk.documents.sample_statements import (
    capacity_statement,
    derived_resources,
    of_month,
    plants,
    told_of,
)

NOTICES, COMPARED, ROUNDS = 1_000, 200, 3
AT_MOST = 1.5


@dataclass(frozen=True)
class Bare:
    """What the typesetter is handed for one document."""

    contents: str
    stamp: int


def notices(count: int) -> list[Document]:
    """So many notices of two to four resources with all their steps, no two alike; each fifth settles an earlier month."""
    return [settlement_notice.document_of(_told(number)) for number in range(count)]


def _told(number: int):
    resources = [
        (named, of_month(48_600_000 + 7 * number + at, 12_345 * number))
        for at, (named, _) in enumerate(plants(2 + number % 3))
    ]
    statement = capacity_statement(
        resources,
        adjustments=(("2026年度4月分の再計算による差額", -1 - number),) if number % 5 == 0 else (),
        name=f"第{number}電力株式会社",
        number=f"交付額通知書 第2026-05-{number:04d}号",
    )
    return told_of(statement, by_resource=derived_resources(resources))


def set_bare(bare: Bare) -> bytes:
    """The same input, template, fonts and standard, and nothing else."""
    import typst

    made = typst.compile(
        pdf._template(),
        root=pdf._template().parent,
        font_paths=pdf._fonts(),
        format="pdf",
        sys_inputs={"document": bare.contents},
        pdf_standards="ua-1",
        timestamp=bare.stamp,
    )
    assert isinstance(made, bytes)
    return made


def all_bare(inputs: Sequence[Bare]) -> list[bytes]:
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(set_bare, inputs))


def all_in_the_pool(documents: Sequence[Document]) -> list[bytes]:
    jobs = (Job(number, document, "pdf") for number, document in enumerate(documents))
    return [content for _, content in draw_all(jobs)]


@pytest.mark.long
def test_a_thousand_notices_cost_little_more_than_their_typesetting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    documents = notices(NOTICES)
    told: list[int] = []
    begun = perf_counter()
    jobs = (Job(number, document, "pdf") for number, document in enumerate(documents))
    drawn = sum(1 for _ in draw_all(jobs, progress=told.append))
    seconds = perf_counter() - begun
    assert drawn == told[-1] == NOTICES

    some = documents[:COMPARED]
    inputs = [
        Bare(json.dumps(pdf._paper(steady_levels(each)), ensure_ascii=False), int(each.created.timestamp()))
        for each in some
    ]
    assert all_bare(inputs) == all_in_the_pool(some)
    times = side_by_side(ROUNDS, pool=lambda: all_in_the_pool(some), typesetter=lambda: all_bare(inputs))
    ratio = times["pool"] / times["typesetter"]
    with capsys.disabled():
        print(f"\n{NOTICES} notices in the pool: {NOTICES / seconds:.1f} documents a second")
        print(f"{COMPARED} notices, pool / bare typesetter: {ratio:.2f}")
    report(capsys, "notices as PDF", times)
    assert ratio <= AT_MOST
