"""デモ用コマ別データの作成: packaged slots of the demonstration, made from published real generation.

Run once by a developer who has the real files: `python -m helpdesk.demo.building FOLDER`, where FOLDER holds
`generation/units_YYYY-MM.csv.gz` (ユニット別発電実績, kWh per half hour) and `reserve_margin/block_YYYYMMDD.csv`
and `determinations_YYYY-MM.csv.gz` (広域予備率の公表). How much a unit *could* have offered is not published; it is derived like this:

- A stop of three days or longer (144 slots at or below 2 % of the unit's highest output) is an outage: 0 kW.
- Otherwise the unit could offer the highest 30-minute mean output (kWh × 2) of the three days around the slot
  (72 slots to either side), at most its contract. So a shorter stop is an economic one, and the unit was available.

Slots below 8 % of the published wide-area reserve margin become the low-reserve slots of their area.
"""

import csv
import gzip
import io
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from calc_core.slots import SLOTS_PER_DAY, slot_of_end_label
from helpdesk.demo import recorded_publications

FOLDER = Path(__file__).parent
MONTHS = ("2026-04", "2026-05", "2026-06")
_LONG_STOP = 3 * SLOTS_PER_DAY
_REACH = 72
_LOW_RESERVE_PERCENT = "8.00"


def build(real: Path, target: Path) -> list[Path]:
    """Make all packaged files below `target`; their paths. Same input, same bytes."""
    resources = tomllib.loads((FOLDER / "resources.toml").read_text(encoding="utf-8"))["resources"]
    wanted = [(each["area"], each["plant"], each["unit"]) for each in resources]
    by_month = [read_output_kw(real / "generation" / f"units_{month}.csv.gz", wanted) for month in MONTHS]
    limits = [int(each["contract_kw"]) for each in resources]
    offered = [
        offered_kw(np.concatenate([month[at].ravel() for month in by_month]), limit)
        for at, limit in enumerate(limits)
    ]
    made = []
    start = 0
    for month, values in zip(MONTHS, by_month, strict=True):
        length = values.shape[1] * SLOTS_PER_DAY
        part = np.stack([each[start : start + length].reshape(-1, SLOTS_PER_DAY) for each in offered])
        start += length
        path = target / f"offered_kw_{month}.npy.gz"
        path.write_bytes(packed(part))
        made.append(path)
    path = target / "low_reserve_slots.csv"
    blocks = sorted((real / "reserve_margin").glob("block_2026*.csv"))
    path.write_text(
        low_reserve_slots([file for file in blocks if _month_of(file) in MONTHS]), encoding="utf-8"
    )
    publications = target / recorded_publications.FILE
    publications.write_bytes(recorded_days(real / "reserve_margin" / "determinations_2026-07.csv.gz"))
    return [*made, path, publications]


def recorded_days(path: Path) -> bytes:
    """The recorded publications of the days that are played again, compressed; rows as they were recorded."""
    wanted = {day.isoformat() for day in recorded_publications.DAYS}
    header, *rows = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    kept = [row for row in rows if row.split(",")[1] in wanted]
    return gzip.compress("\n".join([header, *kept, ""]).encode("utf-8"), compresslevel=9, mtime=0)


def read_output_kw(path: Path, units: list[tuple[str, str, str]]) -> np.ndarray:
    """Mean output in kW of these units (area, plant, unit), units × days × 48; what was not measured is 0."""
    rows: dict[tuple[str, str, str], dict[str, list[int]]] = {unit: {} for unit in units}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            unit = (row[1], row[2], row[3])
            if unit in rows:
                rows[unit][row[0]] = [2 * int(value or 0) for value in row[5:]]
    days = sorted({day for found in rows.values() for day in found})
    return np.array([[rows[unit][day] for day in days] for unit in units], dtype=np.int64)


def offered_kw(output_kw: np.ndarray, contract_kw: int) -> np.ndarray:
    """提供できる供給力の最大値 of one unit, slot by slot, derived from its output as the module says."""
    edge = np.zeros(_REACH, dtype=np.int64)
    around = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, output_kw, edge]), 2 * _REACH + 1)
    offered = np.minimum(around.max(axis=1), contract_kw)
    runs = output_kw * 50 > output_kw.max()
    changes = np.flatnonzero(np.diff(np.concatenate([[True], runs, [True]]).astype(np.int8)))
    for begin, end in zip(changes[::2], changes[1::2], strict=True):
        if end - begin >= _LONG_STOP:
            offered[begin:end] = 0
    return offered.clip(0).astype(np.int32)


def low_reserve_slots(files: list[Path]) -> str:
    """CSV of date, slot and area of every published slot below 8 %, in order."""
    found = []
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[2:]
        for row in rows:
            day, time, area, percent = row[0].replace("/", "-"), row[1], row[3], row[7]
            if _hundredths(percent) < _hundredths(_LOW_RESERVE_PERCENT):
                found.append((day, slot_of_end_label(time), area))
    lines = [f"{day},{slot},{area}" for day, slot, area in sorted(found)]
    return "\n".join(["date,slot,area", *lines]) + "\n"


def packed(values: np.ndarray) -> bytes:
    """An array as compressed `.npy`; the same array gives the same bytes."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values, dtype="<i4"), allow_pickle=False)
    return gzip.compress(buffer.getvalue(), compresslevel=9, mtime=0)


def _hundredths(percent: str) -> int:
    whole, _, fraction = percent.partition(".")
    return int(whole) * 100 + int((fraction + "00")[:2])


def _month_of(path: Path) -> str:
    stamp = path.stem.removeprefix("block_")
    return f"{stamp[:4]}-{stamp[4:6]}"


def main(arguments: Any = None) -> int:
    """Build into the package from the folder named on the command line."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or not (Path(given[0]) / "generation").is_dir():
        sys.stderr.write(
            "使い方: python -m helpdesk.demo.building 実データのフォルダ（generation/ を含む）\n"
        )
        return 2
    for path in build(Path(given[0]), FOLDER):
        sys.stdout.write(f"{path.name} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
