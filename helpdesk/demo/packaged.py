"""デモの材料: the packaged demonstration files, read: businesses, contracts, slots, notices, inquiries."""

import csv
import gzip
import io
import tomllib
from datetime import date, timedelta
from importlib import resources
from typing import Any

import numpy as np

from calc_core.fiscal_year import calendar_month
from calc_core.slots import days_of_month

FISCAL_YEAR = 2026
DELIVERY_MONTHS = (4, 5, 6)
_FILES = resources.files("helpdesk.demo")


def read_toml(name: str) -> dict[str, Any]:
    """One packaged TOML file."""
    return tomllib.loads(_FILES.joinpath(name).read_text(encoding="utf-8"))


def offered_kw(delivery_month: int) -> np.ndarray:
    """提供できる供給力の最大値 of a month, int32, in the order of `resources.toml` × days × 48."""
    year, month = calendar_month(FISCAL_YEAR, delivery_month)
    content = gzip.decompress(_FILES.joinpath(f"offered_kw_{year}-{month:02d}.npy.gz").read_bytes())
    return np.load(io.BytesIO(content), allow_pickle=False)


def multipliers(delivery_month: int, contracted: list[dict[str, Any]]) -> np.ndarray:
    """倍率 of a month, same shape: 1, or 5 in low-reserve slots of the area and during plans that came late."""
    days = days_of_month(FISCAL_YEAR, delivery_month)
    values = np.ones((len(contracted), len(days), 48), dtype=np.int32)
    row_of = {each["code"]: at for at, each in enumerate(contracted)}
    areas = [each["area"] for each in contracted]
    low = csv.DictReader(io.StringIO(_FILES.joinpath("low_reserve_slots.csv").read_text(encoding="utf-8")))
    for row in low:
        if (day := date.fromisoformat(row["date"])) in days:
            hit = [at for at, area in enumerate(areas) if area == row["area"]]
            values[hit, days.index(day), int(row["slot"]) - 1] = 5
    for plan in read_toml("notices.toml")["late_outage_plans"]:
        for day in days_between(plan["first_date"], plan["last_date"]):
            if day in days:
                values[row_of[plan["resource"]], days.index(day)] = 5
    return values


def days_between(first: str, last: str) -> list[date]:
    """All days from the first to the last, both included."""
    start = date.fromisoformat(first)
    return [start + timedelta(days=count) for count in range((date.fromisoformat(last) - start).days + 1)]
