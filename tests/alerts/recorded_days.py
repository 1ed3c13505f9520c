"""Where recorded publications lie: two days in the tests, all of July 2026 where the published data are at hand."""

import os
from pathlib import Path

import pytest

RECORDED = Path(__file__).parents[1] / "recorded" / "reserve_margin"
TWO_DAYS = RECORDED / "determinations_2026-07-21_22.csv.gz"
OFFICIAL_DAY = RECORDED / "block_20260722.csv"


def published(name: str) -> Path:
    """A file of the published reserve margins; the test is skipped where they are not at hand."""
    beside = Path(__file__).parents[3] / "shared" / "data"
    path = Path(os.environ.get("HELPDESK_REAL_DATA") or beside) / "reserve_margin" / name
    if not path.is_file():
        pytest.skip("HELPDESK_REAL_DATA names no folder with the published reserve margins")
    return path
