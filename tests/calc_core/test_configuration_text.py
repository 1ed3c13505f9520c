"""One more value in a parameters file: everything else stays as people wrote it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.configuration_file import parse_configuration
from calc_core.configuration_text import with_value
from calc_core.errors import InputRefused

RULE, NAME = "penalty/market_offer", "tight_hours"
WRITTEN = """\
# 2026年度の試行
["penalty/market_offer"]
tight_hours = {2025 = "30", source = "会議"}  # 仮

# 上限
["penalty/caps"]
monthly_ratio = {2025 = "0.183"}

# 倍率
[[multiplier_conditions]]
label = "その他"
multiplier = 5
"""


def read(text: str) -> dict:
    return parse_configuration(text, "file")


def test_a_further_year_stands_beside_the_others_and_remarks_stay() -> None:
    edited = with_value(WRITTEN, RULE, NAME, 2026, "28.5", "")
    assert read(edited)[RULE] == {NAME: {"2025": "30", "2026": "28.5", "source": "会議"}}
    assert [line for line in edited.splitlines() if line not in WRITTEN.splitlines()] == [
        'tight_hours = {2025 = "30", 2026 = "28.5", source = "会議"}'
    ]


def test_a_setting_that_is_new_in_its_section_stands_at_its_end() -> None:
    edited = with_value(WRITTEN, "penalty/caps", "annual_ratio", 2025, "1.1", "約款")
    assert edited.index("monthly_ratio") < edited.index("annual_ratio") < edited.index("# 倍率")
    assert read(edited)["penalty/caps"]["annual_ratio"] == {"2025": "1.1", "source": "約款"}


def test_a_new_section_stands_before_the_conditions_and_an_empty_text_takes_one() -> None:
    edited = with_value(WRITTEN, "penalty/market_exit", "rate_after", 2026, "1/3", "")
    assert edited.index("penalty/market_exit") < edited.index("# 倍率")
    assert with_value("", RULE, NAME, 2026, "30", "a") == (
        '["penalty/market_offer"]\ntight_hours = {2026 = "30", source = "a"}\n'
    )


@pytest.mark.parametrize(
    "written",
    [
        '"penalty/market_offer".tight_hours = {2025 = "30"}',
        '["penalty/market_offer".tight_hours]\n2025 = "30"',
        '["penalty/market_offer"]\ntight_hours.2025 = "30"',
        '["penalty/market_offer"]\ntight_hours = "30"',
        '"penalty/market_offer" = 3',
        '["penalty/market_offer"]\ntight_hours = {2025 = """\n30"""}',
        "x = [",
    ],
)
def test_what_is_written_in_another_form_is_left_to_people(written: str) -> None:
    with pytest.raises(InputRefused) as refused:
        with_value(written, RULE, NAME, 2026, "30", "")
    assert "ください" in refused.value.problems[0].message


@given(value=st.text(max_size=12), source=st.text(max_size=12), year=st.integers(1000, 9990))
@settings(max_examples=60)
def test_whatever_is_typed_is_read_back_as_it_was(value: str, source: str, year: int) -> None:
    entry = read(with_value(WRITTEN, RULE, NAME, year, value, source))[RULE][NAME]
    assert entry[str(year)] == value
    assert entry["source"] == (source or "会議")
