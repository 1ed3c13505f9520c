"""全電源算定の出力: one row a resource and month, as CSV or Parquet, written whole or not at all."""

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.fiscal_year import calendar_month
from calc_core.fleet.month import FleetResult

COLUMNS = (
    "resource",
    "month",
    "shortfall_slots",
    "cumulative_slots",
    "penalty_outage_yen",
    "penalty_total_yen",
    "payment_yen",
)


def result_rows(result: FleetResult) -> Iterator[tuple[str, str, str, str, int, int, int]]:
    """The rows in order of resource and month; slots as exact text."""
    months = {}
    for each in result.months:
        if each.delivery_month not in months:
            year, month = calendar_month(result.fiscal_year, each.delivery_month)
            months[each.delivery_month] = f"{year:04}-{month:02}"
        yield (
            each.resource,
            months[each.delivery_month],
            exact.text(each.shortfall_slots),
            exact.text(each.cumulative_slots),
            each.penalty_outage_yen,
            each.penalty_total_yen,
            each.payment_yen,
        )


def writer_for(path: Path) -> Callable[[FleetResult], None]:
    """What writes a result to this file, by its suffix. Raises `InputRefused` for another suffix or no folder.

    The writing itself raises it for an amount that a column of whole numbers of Parquet cannot hold.
    """
    makers = {".csv": _csv, ".parquet": _parquet}
    make = makers.get(path.suffix.lower())
    if make is None:
        message = "拡張子は .csv か .parquet にしてください"
        raise InputRefused([Problem(str(path), message)])
    if path.is_dir() or not path.parent.is_dir():
        message = "ここには書き出せません。フォルダーがあることと、書き込めることを確かめてください"
        raise InputRefused([Problem(str(path), message)])
    return lambda result: _write(path, make(result))


def _csv(result: FleetResult) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(result_rows(result))
    return text.getvalue().encode("utf-8")


def _parquet(result: FleetResult) -> bytes:
    _refuse_what_parquet_cannot_hold(result)
    columns = list(zip(*result_rows(result), strict=True)) or [()] * len(COLUMNS)
    types = [pa.string()] * 4 + [pa.int64()] * 3
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(COLUMNS)), sink)
    return sink.getvalue()


def _refuse_what_parquet_cannot_hold(result: FleetResult) -> None:
    problems = [
        Problem(
            f"{row[0]} {row[1]} {column}",
            f"Parquet の整数の列に入らない額です（{value}円）。"
            "契約価格と契約容量を確かめるか、.csv に書き出してください",
        )
        for row in result_rows(result)
        for column, value in zip(COLUMNS[4:], row[4:], strict=True)
        if not -(2**63) <= value < 2**63
    ]
    if problems:
        raise InputRefused(problems)


def _write(path: Path, content: bytes) -> None:
    """Beside the file first, then in its place: nobody ever finds half of it."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
