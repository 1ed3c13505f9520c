"""濃淡図: a table of levels as a small crisp picture, one cell a level, cells of a second kind framed.

The picture is an indexed PNG of sixteen colours: 48 slots × 366 days with frames take about 20 KB and 10 ms, and pages
and documents take the same bytes. A frame is drawn around neighbours together, so that it is seen without colours.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CELL_WIDTH, CELL_HEIGHT = (
    6,
    8,
)  # pixels; a page shows them at half their size, so that they stay crisp on fine screens
FRAME = 2  # pixels
MOST_LEVELS = 14
_FRAME_INDEX, _CLEAR_INDEX = 14, 15
_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Palette:
    """配色: a colour a level as `#rrggbb` (None: nothing is drawn), and the colour of frames."""

    levels: tuple[str | None, ...]
    frame: str


def heat_map_png(
    levels: np.ndarray, framed: np.ndarray, *, palette: Palette, starts: Sequence[int] = ()
) -> bytes:
    """The picture of `levels` (rows × columns, whole numbers from 0) with frames where `framed` says so.

    Before the columns `starts` (the first of each month) a cell's width stays clear. The same table gives the same bytes.
    """
    if levels.shape != framed.shape or levels.ndim != 2:
        raise ValueError(f"levels {levels.shape} and frames {framed.shape} are not one table")
    if len(palette.levels) > MOST_LEVELS or (levels.size and int(levels.max()) >= len(palette.levels)):
        raise ValueError(f"a level has no colour: {len(palette.levels)} colours, {MOST_LEVELS} at most")
    clear = [at for at, colour in enumerate(palette.levels) if colour is None]
    cells = np.where(np.isin(levels, clear), _CLEAR_INDEX, levels).astype(np.uint8)
    parts = np.split(np.arange(levels.shape[1]), [at for at in starts if 0 < at < levels.shape[1]])
    gap = np.full((levels.shape[0] * CELL_HEIGHT, CELL_WIDTH), _CLEAR_INDEX, dtype=np.uint8)
    drawn: list[np.ndarray] = []
    for part in parts:
        drawn += [gap, _pixels(cells[:, part], framed[:, part])]
    return _png(np.hstack(drawn[1:]), palette)


def _pixels(cells: np.ndarray, framed: np.ndarray) -> np.ndarray:
    """Each cell as a block of pixels; a framed one has a line on each side where its neighbour is not framed."""
    rows, columns = cells.shape
    blocks = np.empty((rows, CELL_HEIGHT, columns, CELL_WIDTH), dtype=np.uint8)
    blocks[:] = cells[:, None, :, None]
    around = np.pad(framed.astype(bool), 1)
    inside = around[1:-1, 1:-1]
    for neighbour, lines in (
        (around[:-2, 1:-1], np.s_[:, :FRAME]),
        (around[2:, 1:-1], np.s_[:, -FRAME:]),
        (around[1:-1, :-2], np.s_[:, :, :, :FRAME]),
        (around[1:-1, 2:], np.s_[:, :, :, -FRAME:]),
    ):
        part = blocks[lines]
        part[np.broadcast_to((inside & ~neighbour)[:, None, :, None], part.shape)] = _FRAME_INDEX
    return blocks.reshape(rows * CELL_HEIGHT, columns * CELL_WIDTH)


def _png(pixels: np.ndarray, palette: Palette) -> bytes:
    """Indexed PNG of four bits a pixel; each row is kept as its difference to the one above (filter 2)."""
    height, width = pixels.shape
    padded = np.pad(pixels, ((0, 0), (0, width % 2)))
    packed = (padded[:, ::2] << 4) | padded[:, 1::2]
    rows = np.empty((height, packed.shape[1] + 1), dtype=np.uint8)
    rows[:, 0] = 2
    rows[:, 1:] = np.diff(packed, axis=0, prepend=np.zeros((1, packed.shape[1]), dtype=np.uint8))
    colours = [colour or "#000000" for colour in palette.levels]
    colours += ["#000000"] * (_FRAME_INDEX - len(colours)) + [palette.frame, "#000000"]
    head = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    shown = bytes([255] * _CLEAR_INDEX + [0])
    chunks = (
        (b"IHDR", head),
        (b"PLTE", b"".join(bytes.fromhex(colour[1:]) for colour in colours)),
        (b"tRNS", shown),
        (b"IDAT", zlib.compress(rows.tobytes(), _COMPRESSION)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
