"""Amounts and days as people write them; what could mean two things is refused."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.imports.cells import (
    MOST_YEN,
    NotReadable,
    plain,
    read_day,
    read_whole,
    read_yen,
    read_yen_from_zero,
    read_yes,
)


@pytest.mark.parametrize(
    "written",
    [
        "1234567",
        "1,234,567",
        "１，２３４，５６７",
        "¥1,234,567",
        "￥1,234,567円",
        " 1234567 円 ",
        "1234567.0",
        "\\1,234,567",
    ],
)
def test_an_amount_is_read_however_it_is_written(written: str) -> None:
    assert read_yen(written) == 1_234_567


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("12,34,567", "3桁ごとではありません"),
        ("1234.5", "整数ではありません"),
        ("0", "1円以上ではありません"),
        ("-500", "1円以上ではありません"),
        ("▲500", "1円以上ではありません"),
        ("(500)", "1円以上ではありません"),
        ("百万円", "整数ではありません"),
        ("1e6", "整数ではありません"),
        ("10000000000000", "桁を確かめてください"),
        ("9" * 40, "桁を確かめてください"),
        ("#N/A", "値ではありません"),
        ("#REF!", "値ではありません"),
        ("########", "値ではありません"),
        ("***", "値ではありません"),
    ],
)
def test_what_is_no_amount_is_said(written: str, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        read_yen(written)


@given(st.integers(1, MOST_YEN))
def test_every_amount_comes_back_exactly_from_every_writing(amount_yen: int) -> None:
    wide = str(amount_yen).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (str(amount_yen), f"{amount_yen:,}", f"¥{amount_yen:,}", wide, f"{amount_yen}.00"):
        assert read_yen(written) == amount_yen


@pytest.mark.parametrize(
    "written",
    [
        "2026-07-31",
        "2026/7/31",
        "2026.07.31",
        "20260731",
        "2026年7月31日",
        "２０２６年７月３１日（金）",
        "令和8年7月31日",
        "令和８年７月３１日(金)",
        "R8.7.31",
        "r08/07/31",
        "2026-07-31 00:00:00",
        "2026/7/31 0:00",
    ],
)
def test_a_day_is_read_however_it_is_written(written: str) -> None:
    assert read_day(written) == date(2026, 7, 31)


def test_eras_are_read_from_their_first_to_their_last_day() -> None:
    assert read_day("令和元年5月1日") == date(2019, 5, 1)
    assert read_day("平成31年4月30日") == date(2019, 4, 30)
    for written in ("令和元年4月30日", "平成31年5月1日"):
        with pytest.raises(NotReadable, match="元号と年月日が合いません"):
            read_day(written)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-02-30", "という日はありません"),
        ("7/31", "年月日ではありません"),
        ("46234", "年月日ではありません"),
        ("31/07/2026", "年月日ではありません"),
        ("令和8年", "年月日ではありません"),
        ("1926-07-31", "年を確かめてください"),
        ("9999-12-31", "年を確かめてください"),
        ("#N/A", "値ではありません"),
    ],
)
def test_what_is_no_day_is_said(written: str, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        read_day(written)


@given(st.dates(date(2019, 5, 1), date(2099, 12, 31)))
def test_every_day_comes_back_from_every_writing(day: date) -> None:
    era = f"令和{day.year - 2018}年{day.month}月{day.day}日"
    for written in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", era):
        assert read_day(written) == day


def test_a_number_has_its_range_and_may_have_its_unit() -> None:
    assert read_whole("２０２６年度", least=2016, most=2099, units="年度|年") == 2026
    assert read_whole("4月分", least=1, most=12, units="月分|月") == 4
    for written in ("13", "0", "四", "4.5"):
        with pytest.raises(NotReadable):
            read_whole(written, least=1, most=12)


@given(st.text(max_size=40))
def test_no_cell_breaks_the_reading(cell: str) -> None:
    for read in (read_yen, read_yen_from_zero, read_yes, read_day, plain):
        with suppress(NotReadable):
            read(cell)


@pytest.mark.parametrize(
    ("written", "amount_yen"),
    [("0", 0), ("5,832円/kW", 5_832), ("¥5,832", 5_832), ("５８３２円", 5_832), ("5832.0", 5_832)],
)
def test_a_price_may_be_nothing_and_has_its_unit(written: str, amount_yen: int) -> None:
    assert read_yen_from_zero(written) == amount_yen


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("-1", "0以上の円の整数ではありません"),
        ("5832.5", "0以上の円の整数ではありません"),
        ("58,32", "3桁ごとではありません"),
        ("5832円/kWh", "0以上の円の整数ではありません"),
        ("10001", "10,000円を超えています"),
        ("#N/A", "値ではありません"),
    ],
)
def test_what_is_no_price_is_said(written: str, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        read_yen_from_zero(written, most=10_000)


def test_yes_and_no_are_read_however_they_are_marked() -> None:
    assert {read_yes(written) for written in ("はい", "○", "〇", "TRUE", "１", "取消", " 有 ")} == {True}
    assert {read_yes(written) for written in ("いいえ", "×", "false", "0", "-", "無")} == {False}
    for written in ("△", "2", "たぶん", "#N/A"):
        with pytest.raises(NotReadable):
            read_yes(written)
