"""One keyboard map: no letter means two things, every key does what the table says, and only the table has keys."""

import re
from collections import Counter
from pathlib import Path

import pytest

from helpdesk.views.keyboard import GO_KEYS, KEYS

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[3] / "helpdesk"
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.parent.name != "design"]
MARKED = re.compile(r"data-(?:focus-)?key[\"']?[=:] ?[\"']([^\"']+)[\"']")
RESERVED = {"g", "/", "j", "k", "?"}  # taken by shortcuts.js before any page's own key


def test_no_key_stands_twice_in_the_table() -> None:
    assert (
        max(Counter(key for each in KEYS for key in each.keys.split(" ")).values()) == 2
    )  # Enter, Ctrl Enter
    assert len({each.keys for each in KEYS}) == len(KEYS)
    assert len({each.does for each in KEYS}) == len(KEYS)


def test_no_two_entries_of_a_menu_have_the_same_letter() -> None:
    for of_portal in (False, True):
        own = [key for place, key in GO_KEYS.items() if place.startswith("portal.") == of_portal]
        own += [GO_KEYS["manual.index"]] if of_portal else []
        assert len(own) == len(set(own))
        assert all(re.fullmatch("[a-z]", key) for key in own)


def test_the_keys_of_the_templates_are_those_of_the_table() -> None:
    used = {key for path in TEMPLATES for key in MARKED.findall(path.read_text(encoding="utf-8"))}
    told = {each.keys for each in KEYS if "data-key" in each.needs}
    assert used == told
    assert not used & RESERVED


def test_a_key_shown_on_a_button_is_the_key_that_presses_it() -> None:
    for path in TEMPLATES:
        for call in re.findall(r"ui\.button\((.*?)\)\s*}}", path.read_text(encoding="utf-8")):
            shown = re.search(r'(?<![-\w])key="(.)"', call)
            if shown:
                assert f'"data-key": "{shown[1]}"' in call, (path.name, call)


def test_the_script_handles_the_reserved_keys() -> None:
    script = (ROOT / "static" / "scripts" / "shortcuts.js").read_text(encoding="utf-8")
    assert set(re.findall(r'case "(.)":', script)) == RESERVED


@pytest.mark.parametrize(
    ("login", "place", "others"),
    [("manager", "g l", ("g t", "g q")), ("operator", "g p", ("g a",)), ("business_user", "g q", ("g p",))],
)
def test_the_dialog_lists_the_entries_that_this_person_has(enter, login, place, others) -> None:
    page = enter(login).get("/" if login != "business_user" else "/portal/").text
    dialog = page[page.index('id="shortcut-help"') :]

    def row(keys: str) -> str:
        return "".join(f"<kbd>{key}</kbd>" for key in keys.split())

    assert row(place) in dialog
    assert row("g u") in dialog
    assert not any(row(other) in dialog for other in others)
    assert all(row(key.keys) in dialog for key in KEYS)
