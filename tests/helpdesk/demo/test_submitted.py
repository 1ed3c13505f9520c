"""What the demonstration imports is readable, named as people name files, and dated in the past of its notices."""

from datetime import UTC, date, datetime

from helpdesk.demo import packaged
from helpdesk.demo.submitted import FILES, moment
from helpdesk.imports.kinds import KINDS
from helpdesk.imports.table_file import read_table
from helpdesk.register.parameter_sets import check_content, taken_apart


def test_the_numbers_are_accepted_and_each_says_that_it_is_made_up() -> None:
    content = packaged.read_bytes("parameters.toml").decode("utf-8")
    assert check_content(content) == []
    found = taken_apart(content)
    assert found.configuration["penalty/market_offer"]["tight_hours"]["2026"] == "30"
    assert found.configuration["penalty/supply_instruction"]["tight_hours"]["2026"] == "30"
    for section in found.configuration.values():
        assert all(entry["source"] == "デモ用の設定値（公表されていない）" for entry in section.values())
    assert [each["multiplier"] for each in found.multiplier_conditions] == [5, 1, 5]


def test_every_file_is_a_table_of_its_kind_imported_before_the_first_notice() -> None:
    first_notice = packaged.read_toml("notices.toml")["issues"][0]["notified_on"]
    for file in FILES:
        table = read_table(file.name, file.content())
        assert table.rows
        assert file.kind in KINDS
        assert file.on.isoformat() < first_notice


def test_a_moment_is_one_of_japan() -> None:
    assert moment(date(2026, 7, 2), minutes=7) == datetime(2026, 7, 2, 1, 7, tzinfo=UTC)
