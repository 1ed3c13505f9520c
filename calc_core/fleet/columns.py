"""全電源算定の Parquet: columns of a file as whole numbers, exact or not at all, problems by file, row and column.

A column of another whole type, or of floats that are all whole, is taken where every value fits; text, truth values and
fractions are not.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from calc_core.errors import unreadable_file
from calc_core.fleet.csv_rows import FileProblems

Limits = tuple[int, int]


def read_table(
    path: Path, required: Sequence[str], optional: Sequence[str], problems: FileProblems
) -> pa.Table | None:
    """The columns of a Parquet file that it should have; none after noting what is wrong with the file."""
    try:
        names = pq.read_schema(path, memory_map=True).names
        if not _header_is_sound(names, required, optional, problems):
            return None
        with pq.ParquetFile(path, memory_map=True, read_dictionary=["resource"]) as file:
            return file.read(columns=[name for name in (*required, *optional) if name in names])
    except OSError as failed:
        known = failed.errno is not None
        problems.add(
            "", unreadable_file(failed) if known else "Parquet として読めません。書き出し直してください"
        )
    except pa.ArrowException:
        problems.add("", "Parquet として読めません。書き出し直してください")
    return None


def _header_is_sound(
    names: Sequence[str], required: Sequence[str], optional: Sequence[str], problems: FileProblems
) -> bool:
    before = problems.count
    for name in required:
        if name not in names:
            problems.add(name, "必須の列がありません")
    for name in dict.fromkeys(names):
        if name not in (*required, *optional):
            problems.add(name, f"知らない列です。使える列: {'、'.join((*required, *optional))}")
        elif list(names).count(name) > 1:
            problems.add(name, "同じ名前の列が2つ以上あります")
    return problems.count == before


def rows_of(mask: np.ndarray, column: str, message: str, problems: FileProblems, most: int = 20) -> None:
    """Note a problem at every row (counted from 1) where the mask is true; the first ones named."""
    rows = np.flatnonzero(mask)
    for row in rows[:most]:
        problems.add(f"{int(row) + 1}行目 {column}", message)
    if len(rows) > most:
        problems.add(column, f"{message}（ほかに {len(rows) - most:,} 行）")


def no_nulls(table: pa.Table, columns: Sequence[str], problems: FileProblems) -> bool:
    """Whether no cell of these columns is empty."""
    before = problems.count
    for name in columns:
        if table.column(name).null_count:
            mask = table.column(name).is_null().to_numpy(zero_copy_only=False)
            rows_of(mask, name, "値がありません（null）", problems)
    return problems.count == before


def whole_numbers(
    table: pa.Table, name: str, dtype: type, limits: Limits, problems: FileProblems
) -> np.ndarray | None:
    """A column without nulls as whole numbers of this type, each within the limits."""
    column = table.column(name)
    before = problems.count
    values = _as_integers(column, name, problems)
    if values is None:
        return None
    lowest, highest = limits
    full = np.iinfo(values.dtype)
    could_lie_outside = bool(values.size) and (full.min < lowest or full.max > highest)
    if could_lie_outside and (values.min() < lowest or values.max() > highest):
        message = f"{lowest:,}〜{highest:,} の整数で書いてください"
        rows_of((values < lowest) | (values > highest), name, message, problems)
    return values.astype(dtype, copy=False) if problems.count == before else None


def _as_integers(column: pa.ChunkedArray, name: str, problems: FileProblems) -> np.ndarray | None:
    kind = column.type
    if pa.types.is_integer(kind):
        return _numpy(column)
    if pa.types.is_floating(kind):
        values = _numpy(column).astype(np.float64, copy=False)
        broken = ~np.isfinite(values) | (values != np.floor(values)) | (np.abs(values) > 2**53)
        if broken.any():
            rows_of(broken, name, "整数ではありません。整数の列で書き出してください", problems)
            return None
        return values.astype(np.int64)
    if pa.types.is_decimal(kind):
        try:
            return _numpy(pc.cast(column, pa.int64()))
        except pa.ArrowInvalid:
            problems.add(name, f"整数ではない値があります（列の型 {kind}）。整数の列で書き出してください")
            return None
    problems.add(name, f"整数の列で書き出してください（列の型 {kind}）")
    return None


def _numpy(column: pa.ChunkedArray) -> np.ndarray:
    if column.num_chunks == 1:
        return column.chunk(0).to_numpy(zero_copy_only=False)
    return column.to_numpy()


def dates(table: pa.Table, problems: FileProblems) -> pa.ChunkedArray | None:
    """The column `date` as date32; moments are taken where each is a midnight without a time zone."""
    column = table.column("date")
    kind = column.type
    if pa.types.is_date32(kind):
        return column
    if pa.types.is_date64(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        found = column.cast(pa.date32(), safe=False)
        if pc.all(pc.equal(found.cast(kind), column), min_count=0).as_py() is not False:
            return found
    problems.add("date", f"日付の列（date32）で書き出してください（列の型 {kind}）")
    return None


def days(table: pa.Table, problems: FileProblems) -> np.ndarray | None:
    """The column `date`, without nulls, as days since 1970 (int32)."""
    column = dates(table, problems)
    return None if column is None else _numpy(column.cast(pa.int32()))


def positions(table: pa.Table, order: Mapping[str, int], problems: FileProblems) -> np.ndarray | None:
    """The column `resource`, without nulls, as positions in `order`; unknown resources are noted."""
    column = table.column("resource")
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        problems.add("resource", f"文字列の列で書き出してください（列の型 {column.type}）")
        return None
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    parts = []
    unknown: dict[str, int] = {}
    for chunk in column.chunks:
        names = chunk.dictionary.to_pylist()
        place = np.array([order.get(name, -1) for name in names] or [-1], np.int32)
        indices = chunk.indices.to_numpy(zero_copy_only=False)
        as_they_are = np.array_equal(place, np.arange(len(place)))
        parts.append(indices.astype(np.int32, copy=False) if as_they_are else place[indices])
        if (place < 0).any() and (parts[-1] < 0).any():
            used = np.unique(indices)
            for number in used[place[used] < 0]:
                unknown.setdefault(str(names[number]), 0)
    found = parts[0] if len(parts) == 1 else np.concatenate(parts or [np.zeros(0, np.int32)])
    if unknown:
        first = int(np.flatnonzero(found < 0)[0]) + 1
        for name in unknown:
            problems.add("resource", f"resources.csv にない電源等です（{name}、最初は {first}行目から）")
        return None
    return found
