"""Contracts on real plants: made up by a seed, on units whose published output is real, as files that people would send."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np

FIRST_DAY, DAYS = date(2026, 4, 1), 91  # April to June
BUSINESSES = 10
LONG_STOP = 3 * 48
UNKNOWN = -2  # no row for the day
_PRICES = {"北海道": 8_749, "東北": 5_833, "東京": 5_834, "九州": 8_748}
_CONTRACT_HEADINGS = (
    "電源等コード",
    "電源等名",
    "事業者コード",
    "エリア",
    "電源等区分",
    "発電所名",
    "ユニット名",
    "設備容量",
    "実需給年度",
    "契約容量",
    "アセスメント対象容量",
    "約定単価",
    "経過措置控除額",
    "非効率石炭",
)


@dataclass(frozen=True, slots=True)
class Contracted:
    """A unit with its published output (kWh, -1 where nothing was published) and the contract made up for it."""

    code: str
    area: str
    plant: str
    unit: str
    energy_kwh: np.ndarray
    contract_kw: int
    assessed_kw: int
    price_yen: int
    deduction_yen: int
    is_coal: bool

    @property
    def business(self) -> str:
        return self.code[:4]

    def stops(self) -> list[tuple[int, int]]:
        """First and last slot, counted from April, of every time of three days or more at or below 2 % of the most."""
        runs, found, begin = self.energy_kwh.ravel() * 50 > self.energy_kwh.max(), [], 0
        for at, is_running in enumerate([*runs.tolist(), True]):
            if is_running:
                if at - begin >= LONG_STOP:
                    found.append((begin, at - 1))
                begin = at + 1
        return found


def read_files(paths: Sequence[Path]) -> dict[tuple[str, str, str, str], np.ndarray]:
    """The output of all units with every day of the three months, by area, plant, unit and source."""
    found: dict[tuple[str, str, str, str], np.ndarray] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for row in rows:
                energy = found.setdefault(tuple(row[1:5]), np.full((DAYS, 48), UNKNOWN))
                cells = [max(int(cell), 0) if cell else -1 for cell in row[5:]]
                energy[(date.fromisoformat(row[0]) - FIRST_DAY).days] = cells
    return {unit: energy for unit, energy in found.items() if UNKNOWN not in energy}


def contracted(
    units: dict[tuple[str, str, str, str], np.ndarray], count: int, *, seed: int
) -> list[Contracted]:
    """So many of the units with a contract a little below their highest output; always the same for a seed."""
    chance, found = Random(seed), []
    able = [key for key, energy in units.items() if key[0] != "沖縄" and energy.max() > 5_000]
    coal = [key for key in able if "石炭" in key[3] and units[key].min() >= 0]
    rest = [key for key in able if key not in coal[:1]]
    for number, key in enumerate([*coal[:1], *chance.sample(rest, min(count, len(able)) - 1)]):
        area, plant, unit, source = key
        contract_kw = int(units[key].max()) * 2 * chance.randrange(80, 98) // 100
        price = _PRICES.get(area, 5_832)
        found.append(
            Contracted(
                code=f"P{number % BUSINESSES:03d}-{number:04d}",
                area=area,
                plant=plant,
                unit=unit,
                energy_kwh=units[key],
                contract_kw=contract_kw,
                assessed_kw=contract_kw - chance.choice((0, 0, 500)),
                price_yen=price,
                deduction_yen=chance.choice((0, 0, price * contract_kw // 17)),
                is_coal="石炭" in source and (number == 0 or chance.random() < 0.3),
            )
        )
    return found


def contract_file(resources: Sequence[Contracted]) -> bytes:
    """容量確保契約 with grouped numbers, as spreadsheets write them."""
    return _csv(
        _CONTRACT_HEADINGS,
        (
            (
                each.code,
                f"{each.plant} {each.unit}",
                each.business,
                each.area,
                "安定電源",
                each.plant,
                each.unit,
                f"{each.contract_kw + 10_000:,}",
                2026,
                f"{each.contract_kw:,}",
                f"{each.assessed_kw:,}",
                f"{each.price_yen:,}",
                f"{each.deduction_yen:,}",
                "はい" if each.is_coal else "いいえ",
            )
            for each in resources
        ),
    )


def outage_plan_file(resources: Sequence[Contracted]) -> bytes:
    """容量停止計画 for every long stop, 0 kW from its first slot to its last, submitted in winter."""
    headings = (
        "電源等コード",
        "計画番号",
        "提出日時",
        "開始",
        "開始コマ",
        "終了",
        "終了コマ",
        "利用可能容量",
    )
    rows = (
        (each.code, f"KT-{number}", "2025-12-01 10:00", *_place(begin), *_place(end), 0)
        for each in resources
        for number, (begin, end) in enumerate(each.stops(), 1)
    )
    return _csv(headings, rows)


def coal_file(resource: Contracted) -> bytes:
    """稼働抑制の計量値 of the nine months whose slots nobody has metered yet."""
    headings = ("電源等コード", "実需給年度", "対象月", "計量値", "低予備率コマの計量値")
    months = (7, 8, 9, 10, 11, 12, 1, 2, 3)
    return _csv(headings, ((resource.code, 2026, month, 100_000_000 + month, month) for month in months))


def _place(at: int) -> tuple[str, int]:
    return (FIRST_DAY + timedelta(days=at // 48)).isoformat(), at % 48 + 1


def _csv(headings: Sequence[str], rows: Iterator[tuple]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode("cp932", errors="strict")
