"""公表データのファイル: which layout a file has, packed or not, and the publications in it."""

import gzip
import io
import zlib

from alerts.errors import FeedUnreadable, Problem
from alerts.feeds import recorded, reserve_margin
from alerts.readings import Determination

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_BYTES = 512 * 2**20  # unpacked: more than half a year of half-hourly publications


def read_file(raw: bytes, name: str) -> list[Determination]:
    """Every publication in the bytes of a file of either layout, .csv or .csv.gz. Raises `FeedUnreadable`."""
    plain = _unpacked(raw, name)
    if plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"published_at", b'"published_at')):
        return recorded.read(plain, name)
    return [reserve_margin.read(plain, name)]


def _unpacked(raw: bytes, name: str) -> bytes:
    if not raw.startswith(GZIP_MAGIC):
        return raw
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            plain = packed.read(LARGEST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as broken:
        message = "gzip を展開できません（壊れているか途中で切れています）。ファイルを取得し直してください"
        raise FeedUnreadable([Problem(name, message)]) from broken
    if len(plain) > LARGEST_BYTES:
        raise FeedUnreadable([Problem(name, "展開すると大きすぎます。ファイルを分けて指定してください")])
    return plain
