"""The star: wsgi → helpdesk → {calc_core, cases, kb, alerts, mail_templates}; inside helpdesk, one direction."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THE_FIVE = ("calc_core", "cases", "kb", "alerts", "mail_templates")
FLOOR = {"calc_core.slots", "calc_core.fiscal_year", "calc_core.rounding"}
OUTSIDE_ALLOWED = {
    "calc_core": {"numpy", "pandas", "pyarrow", "numba"},
    "cases": {"sqlalchemy", "jpholiday"},
    "alerts": {"sqlalchemy", "jpholiday"},
    "kb": {"sqlalchemy", "whoosh", "sudachipy", "markdown_it", "nh3"},
    "mail_templates": {"jinja2"},
}
LOWER = {"register", "ledger", "imports", "documents", "mail", "users"}
EDGES = {"views", "jobs", "commands", "forms", "queries"}


def imported_modules(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", THE_FIVE)
def test_the_five_import_neither_each_other_nor_the_application(package: str) -> None:
    for path in modules_of(package):
        for name in imported_modules(path):
            top = name.split(".")[0]
            if top in (*THE_FIVE, "helpdesk", "wsgi") and top != package:
                on_the_floor = any(name == each or name.startswith(f"{each}.") for each in FLOOR)
                assert on_the_floor or name == "calc_core", f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", THE_FIVE)
def test_the_five_use_only_the_libraries_they_may(package: str) -> None:
    for path in modules_of(package):
        for name in imported_modules(path):
            top = name.split(".")[0]
            ours = top in (*THE_FIVE, "")
            assert ours or top in sys.stdlib_module_names or top in OUTSIDE_ALLOWED[package], (
                f"{path.relative_to(ROOT)} imports {name}"
            )


def test_nothing_below_the_edges_of_the_application_reaches_back_up() -> None:
    for path in modules_of("helpdesk"):
        parts = path.relative_to(ROOT / "helpdesk").with_suffix("").parts
        for name in imported_modules(path):
            target = name.split(".")
            if target[0] != "helpdesk" or len(target) < 2:
                continue
            above = EDGES | {"app"} | ({"workflows"} if parts[0] in LOWER else set())
            if parts[0] in LOWER | {"workflows"}:
                assert target[1] not in above, f"{'/'.join(parts)} imports {name}"


def test_calculation_knows_neither_database_nor_clock_nor_network() -> None:
    forbidden = {"sqlalchemy", "sqlite3", "socket", "urllib", "http", "requests", "random", "time"}
    for path in modules_of("calc_core"):
        used = {name.split(".")[0] for name in imported_modules(path)}
        assert not used & forbidden, f"{path.relative_to(ROOT)} imports {used & forbidden}"


def test_only_the_clock_reads_the_time() -> None:
    for package in (*THE_FIVE, "helpdesk"):
        for path in modules_of(package):
            if path.relative_to(ROOT).as_posix() == "helpdesk/clock.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
                    holder = ast.unparse(node.value)
                    assert holder not in ("datetime", "date", "datetime.datetime", "datetime.date"), (
                        f"{path.relative_to(ROOT)}:{node.lineno} reads the time"
                    )
