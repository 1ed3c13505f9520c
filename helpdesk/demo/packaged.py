"""デモの材料: the packaged demonstration files, read: businesses, contracts, slots, notices, inquiries."""

import gzip
import io
import tomllib
from datetime import date, timedelta
from importlib import resources
from typing import Any

import numpy as np

from calc_core.fiscal_year import calendar_month

FISCAL_YEAR = 2026
DELIVERY_MONTHS = (4, 5, 6)
_FILES = resources.files("helpdesk.demo")


def read_toml(name: str) -> dict[str, Any]:
    """One packaged TOML file."""
    return tomllib.loads(_FILES.joinpath(name).read_text(encoding="utf-8"))


def read_bytes(name: str) -> bytes:
    """One packaged file as it is."""
    return _FILES.joinpath(name).read_bytes()


def offered_kw(delivery_month: int) -> np.ndarray:
    """提供できる供給力の最大値 of a month, int32, in the order of `resources.toml` × days × 48."""
    year, month = calendar_month(FISCAL_YEAR, delivery_month)
    content = gzip.decompress(read_bytes(f"offered_kw_{year}-{month:02d}.npy.gz"))
    return np.load(io.BytesIO(content), allow_pickle=False)


def days_between(first: str, last: str) -> list[date]:
    """All days from the first to the last, both included."""
    start = date.fromisoformat(first)
    return [start + timedelta(days=count) for count in range((date.fromisoformat(last) - start).days + 1)]
