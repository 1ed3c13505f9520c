"""コマ別データのファイル: immutable int32 `.npy` files named by their SHA-256, written once, memory-mapped to read.

A file is complete and on disk before the row that names it is committed; its bytes are compared with its name the
first time a process opens it.
"""

import hashlib
import io
from functools import lru_cache
from pathlib import Path

import numpy as np

from helpdesk.blobs import BlobStore
from helpdesk.errors import Problem
from helpdesk.register.errors import SlotFileUnusable
from helpdesk.register.models import ALL_SLOT_KINDS, NO_VALUE, SLOT_KINDS

_HIGHEST = {"multiplier": 127}
_HIGHEST_OF_ALL = 2**31 - 1  # int32: kW far beyond any plant, 2.1 GWh in a slot


def store(folder: Path, values: np.ndarray) -> str:
    """Keep an array as a little-endian int32 file; the digest that names it."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values, dtype="<i4"), allow_pickle=False)
    return BlobStore(folder).put(buffer.getvalue())


def open_mapped(folder: Path, digest: str) -> np.ndarray:
    """The array of a file, memory-mapped. Raises `SlotFileUnusable` when it is missing or damaged."""
    path = BlobStore(folder).path_of(digest)
    try:
        state = path.stat()
        _verify(path, digest, state.st_size, state.st_mtime_ns)
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise SlotFileUnusable(
            f"コマ別データのファイル {digest} がありません。バックアップから {path} を戻してください"
        ) from None
    except (ValueError, EOFError, OSError) as error:
        raise SlotFileUnusable(
            f"コマ別データのファイル {path} を読めません（{error}）。バックアップから戻してください"
        ) from error


def check_values(where: str, kind: str, values: np.ndarray, expected: tuple[int, ...]) -> list[Problem]:
    """Everything that is wrong with the values of a kind (コマ別データの検査), in the shape expected."""
    if kind not in ALL_SLOT_KINDS:
        choices = "、".join(ALL_SLOT_KINDS)
        return [Problem(where, f"種類「{kind}」はありません。{choices} のいずれかにしてください")]
    if values.shape != expected:
        return [Problem(where, f"大きさが {values.shape} です。{expected} にしてください")]
    if not np.issubdtype(values.dtype, np.integer):
        return [Problem(where, "整数でない値があります。整数で登録してください")]
    least, most = bounds(kind)
    if values.size and (int(values.min()) < least or int(values.max()) > most):
        return [Problem(where, f"0〜{most:,} の範囲にない値があります")]
    return []


def bounds(kind: str) -> tuple[int, int]:
    """The least and the highest number a file of this kind may hold; `NO_VALUE` only where kinds are submitted."""
    return (0 if kind in SLOT_KINDS else NO_VALUE), _HIGHEST.get(kind, _HIGHEST_OF_ALL)


@lru_cache(maxsize=1024)
def _verify(path: Path, digest: str, size: int, changed: int) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise SlotFileUnusable(
                f"コマ別データのファイル {path} の内容が壊れています。バックアップから戻してください"
            )
