"""The picture shows every cell where it lies, frames what is framed, and stays small and quick."""

import io
from time import perf_counter

import numpy as np
import pytest
from PIL import Image

from helpdesk.heat_map import CELL_HEIGHT, CELL_WIDTH, FRAME, Palette, heat_map_png

WHITE, RED, INK = (255, 255, 255, 255), (255, 0, 0, 255), (1, 2, 3, 255)
PALETTE = Palette((None, "#ffffff", "#ff0000"), frame="#010203")


def drawn(levels: list[list[int]], framed: list[list[int]] | None = None, starts=()) -> np.ndarray:
    """The pixels of a picture as RGBA, rows × columns × 4."""
    cells = np.array(levels)
    frames = np.array(framed, dtype=bool) if framed else np.zeros(cells.shape, dtype=bool)
    picture = Image.open(io.BytesIO(heat_map_png(cells, frames, palette=PALETTE, starts=starts)))
    assert picture.mode == "P"
    return np.asarray(picture.convert("RGBA"))


def cell(pixels: np.ndarray, row: int, column: int) -> np.ndarray:
    return pixels[
        row * CELL_HEIGHT : (row + 1) * CELL_HEIGHT, column * CELL_WIDTH : (column + 1) * CELL_WIDTH
    ]


def is_all(pixels: np.ndarray, colour: tuple[int, ...]) -> bool:
    return bool((pixels == colour).all())


def test_each_cell_is_filled_with_its_colour_and_nothing_else() -> None:
    pixels = drawn([[1, 2], [2, 1]])
    assert pixels.shape == (2 * CELL_HEIGHT, 2 * CELL_WIDTH, 4)
    for row, column, colour in ((0, 0, WHITE), (0, 1, RED), (1, 0, RED), (1, 1, WHITE)):
        assert is_all(cell(pixels, row, column), colour)


def test_a_level_without_a_colour_is_clear() -> None:
    pixels = drawn([[0, 2]])
    assert not cell(pixels, 0, 0)[..., 3].any()
    assert is_all(cell(pixels, 0, 1), RED)


def test_a_framed_cell_has_lines_on_its_four_sides_and_its_colour_within() -> None:
    pixels = drawn([[2]], [[1]])
    inner = pixels[FRAME:-FRAME, FRAME:-FRAME]
    assert is_all(inner, RED)
    assert inner.size
    edge = np.ones(pixels.shape[:2], dtype=bool)
    edge[FRAME:-FRAME, FRAME:-FRAME] = False
    assert is_all(pixels[edge], INK)


def test_neighbours_are_framed_together() -> None:
    pixels = drawn([[1, 1, 1]], [[0, 1, 1]])
    assert is_all(cell(pixels, 0, 0), WHITE)
    middle = pixels[FRAME:-FRAME]
    assert is_all(middle[:, CELL_WIDTH : CELL_WIDTH + FRAME], INK)
    assert is_all(middle[:, CELL_WIDTH + FRAME : -FRAME], WHITE)
    assert is_all(middle[:, -FRAME:], INK)


def test_a_month_begins_with_a_clear_gap() -> None:
    pixels = drawn([[1, 2, 2]], starts=(0, 1))
    assert pixels.shape[1] == 4 * CELL_WIDTH
    assert is_all(cell(pixels, 0, 0), WHITE)
    assert not cell(pixels, 0, 1)[..., 3].any()
    assert is_all(cell(pixels, 0, 2), RED)


def test_the_same_table_gives_the_same_bytes() -> None:
    table = np.arange(48 * 3).reshape(48, 3) % 3
    pictures = {heat_map_png(table, table == 2, palette=PALETTE) for _ in range(2)}
    assert len(pictures) == 1


def test_what_is_no_table_or_has_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="not one table"):
        heat_map_png(np.zeros((2, 2), int), np.zeros((2, 3), bool), palette=PALETTE)
    with pytest.raises(ValueError, match="no colour"):
        heat_map_png(np.full((1, 1), 3), np.zeros((1, 1), bool), palette=PALETTE)


def test_a_year_in_disorder_takes_less_than_sixty_kilobytes(capsys) -> None:
    random = np.random.default_rng(8640)
    palette = Palette(
        (None, *(f"#{shade}{shade}{shade}" for shade in ("ee", "cc", "aa", "77", "44", "11"))), "#ff0000"
    )
    levels, framed = random.integers(0, 7, (48, 366)), random.random((48, 366)) < 0.05
    begun = perf_counter()
    picture = heat_map_png(levels, framed, palette=palette, starts=range(0, 366, 31))
    with capsys.disabled():
        print(f"\nheat map: {len(picture) / 1000:.1f} KB in {(perf_counter() - begun) * 1000:.0f} ms")
    assert len(picture) < 60_000
