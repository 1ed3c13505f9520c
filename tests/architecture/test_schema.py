"""The schema: every table is known to `helpdesk.schema`, carries its package's prefix and keeps to its side."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import DateTime, Table

from helpdesk.schema import ALL_METADATA
from tests.architecture.test_imports import THE_FIVE, imported_modules

ROOT = Path(__file__).parents[2]
TABLES = [table for metadata in ALL_METADATA for table in metadata.sorted_tables]
PERMANENT = {"cases_event", "helpdesk_calculation_run", "helpdesk_slot_day", "kb_index_change"}


def package_of(table: Table) -> str:
    return table.name.split("_")[0]


def tables_written_in(path: Path) -> set[str]:
    """The names that a module gives to tables."""
    return {
        node.value.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in node.targets)
    }


def modules_with_tables() -> dict[str, set[str]]:
    paths = (path for package in (*THE_FIVE, "helpdesk") for path in (ROOT / package).rglob("*.py"))
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): tables_written_in(path) for path in paths
    }
    return {module: names for module, names in found.items() if names}


def test_the_schema_imports_every_module_that_has_tables_plainly() -> None:
    imported = imported_modules(ROOT / "helpdesk" / "schema.py")
    folders = [ROOT.joinpath(*name.split(".")) / "__init__.py" for name in imported]
    imported |= {name for path in folders if path.exists() for name in imported_modules(path)}
    assert set(modules_with_tables()) <= imported
    assert "importlib" not in imported


def test_the_schema_knows_every_table_once() -> None:
    written = [name for names in modules_with_tables().values() for name in names]
    assert sorted(table.name for table in TABLES) == sorted(written)


def test_a_table_is_named_for_the_package_that_owns_it() -> None:
    for module, names in modules_with_tables().items():
        package = module.split(".")[0]
        assert all(name.startswith(f"{package}_") for name in names), (module, names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_of_the_five_refers_to_nothing_outside_its_package(table: Table) -> None:
    targets = {package_of(key.column.table) for key in table.foreign_keys}
    assert package_of(table) == "helpdesk" or targets <= {package_of(table)}


def test_metadata_stands_in_the_order_in_which_tables_can_be_made() -> None:
    made: set[str] = set()
    for table in TABLES:
        made.add(table.name)
        assert {key.column.table.name for key in table.foreign_keys} <= made, table.name


def test_every_constraint_and_index_has_a_name_so_that_a_later_revision_can_change_it() -> None:
    nameless = [(table.name, each) for table in TABLES for each in table.constraints if not each.name]
    assert nameless == []
    assert [(table.name, each) for table in TABLES for each in table.indexes if not each.name] == []


def test_all_packages_name_constraints_in_the_same_way() -> None:
    first, *others = (metadata.naming_convention for metadata in ALL_METADATA)
    assert all(dict(other) == dict(first) for other in others)


def test_every_time_is_kept_with_its_zone() -> None:
    naive = [
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, DateTime) and not column.type.timezone
    ]
    assert naive == []


def test_partial_indexes_are_partial_on_both_databases() -> None:
    for table in TABLES:
        for index in table.indexes:
            conditions = [str(index.dialect_options[each]["where"]) for each in ("sqlite", "postgresql")]
            assert conditions[0] == conditions[1], index.name


def test_numbers_of_append_only_tables_are_never_given_twice() -> None:
    automatic = {table.name for table in TABLES if table.dialect_options["sqlite"]["autoincrement"]}
    assert automatic >= PERMANENT
