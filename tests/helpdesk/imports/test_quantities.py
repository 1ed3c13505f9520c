"""Energies and powers as people write them: exact, or refused with the reason."""

import pytest

from helpdesk.imports.cells import NotReadable
from helpdesk.imports.quantities import read_exact, read_kw, read_wh


@pytest.mark.parametrize(
    ("cell", "wh"),
    [
        ("657000", 657_000_000),
        ("１２．５", 12_500),
        ("1,234.567", 1_234_567),
        ("0.1000", 100),
        ("▲3", -3_000),
        ("2147483.647 kWh", 2**31 - 1),
    ],
)
def test_kwh_become_exact_wh(cell: str, wh: int) -> None:
    assert read_wh(cell) == wh


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("0.0001", "小数が3桁を超えています"),
        ("2147483.648", "2,147,483 kWh を超えています"),
        ("欠測", "数（kWh）ではありません"),
        ("*", "値ではありません"),
        ("1e3", "数（kWh）ではありません"),
        ("12,34", "3桁ごとではありません"),
        ("9" * 40, "桁が多すぎます"),
    ],
)
def test_what_is_no_energy_is_refused_with_the_reason(cell: str, words: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read_wh(cell)
    assert words in str(refused.value)


def test_kw_are_whole_and_not_negative() -> None:
    assert [read_kw(cell) for cell in ("1,000", "０", "12.0kW", "-0")] == [1000, 0, 12, 0]
    for cell in ("0.5", "-1", str(2**31), ""):
        with pytest.raises(NotReadable):
            read_kw(cell)


def test_exact_numbers_keep_every_digit() -> None:
    cells = ("1,234.500", "1/3", "６０", "0.1234567890123456789")
    assert [read_exact(cell) for cell in cells] == ["1234.5", "1/3", "60", "0.1234567890123456789"]
    for cell in ("-1", "x", "1/0", "0." + "1" * 50):
        with pytest.raises(NotReadable):
            read_exact(cell)
