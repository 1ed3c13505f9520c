"""Sizes, names and stems: what keeps the tree readable."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("helpdesk", "calc_core", "cases", "kb", "alerts", "mail_templates")
TOP_LEVEL = {*PACKAGES, "wsgi.py", "pyproject.toml", "tests", "README.md", "LICENSE", "requirements.lock"}
SAYS_NOTHING = re.compile(r"^(utils?|helpers?|common|misc|manager|base_utils)$")


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_module_is_longer_than_300_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in python_files()
        if "migrations/versions" not in path.as_posix()
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_file_name_says_nothing() -> None:
    assert [path for path in python_files() if SAYS_NOTHING.match(path.stem)] == []


def test_every_module_says_which_question_it_answers() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_package_inits_stay_empty_or_hand_names_on() -> None:
    for path in python_files():
        if path.name != "__init__.py" or path.parent.name in ("commands", "migrations"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            handed_on = isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Expr)
            assert handed_on, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    found = {name.split("/")[0] for name in listed}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL | {"requirements.hashed.lock"}


def test_a_screen_shares_its_stem_with_its_templates() -> None:
    templates = ROOT / "helpdesk" / "templates"
    for path in sorted((ROOT / "helpdesk" / "views").glob("*.py")):
        if "render_template(" in path.read_text(encoding="utf-8") and path.stem != "failures":
            assert (templates / path.stem).is_dir(), f"views/{path.name} has no templates/{path.stem}/"


def test_a_test_stands_where_its_source_stands() -> None:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        parts = path.relative_to(ROOT / "tests").parts
        if parts[0] not in PACKAGES:
            continue
        stem = path.stem.removeprefix("test_")
        place = ROOT.joinpath(*parts[:-1])
        source = place / f"{stem}.py"
        stems = {each.stem for each in place.rglob("*.py")} | {each.name for each in place.rglob("*/")}
        known = stem in stems or any(stem.startswith(f"{each}_") for each in stems)
        assert known, f"{path.relative_to(ROOT)} tests no module {source.relative_to(ROOT)}"


def test_nothing_is_left_open_in_the_code() -> None:
    words = re.compile(
        "|".join(("NotImplemented" + "Error", "TO" + "DO", "FIX" + "ME", "X" + "XX\\b", "# st" + "ub"))
    )
    open_ends = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*python_files(), *sorted((ROOT / "tests").rglob("*.py"))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert open_ends == []
