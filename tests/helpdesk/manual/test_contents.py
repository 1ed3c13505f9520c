"""The manual cannot drift: what it quotes stands on the screens, what it links to is there, every screen has its page."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.app import create_app_for
from helpdesk.manual.contents import FIRST, SCREENS, Hit, find, page_of, pages
from helpdesk.views.blueprints import BLUEPRINTS

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "helpdesk" / "templates").rglob("*.html"))
MANUAL = sorted((ROOT / "helpdesk" / "manual").glob("*.md"))
CONTROL = re.compile(r"ui\.(?:button|link_button|post_button)\(([^,]*)[,)]")
NAMED = re.compile(r'(?:confirm_label|submit_label)="([^"]+)"|url_for\([^()]*\), "([^"]+)", url_for\(')
PLAIN = re.compile(r"<(?:button|a) [^>]*>(?:{{ ui\.icon\([^}]*}})?([^<{]+)</(?:button|a)>")
PRESSED = re.compile(r"((?:「[^」]+」)+)(?:（[^）]*）)?(?:か、[^。]*)?を押")
LINK = re.compile(r"\]\(([^)]+)\)")
WITHOUT_PAGE = {"health"}  # what machines read


def as_pattern(text: str) -> str:
    """A label of a template as a pattern: what is filled in may be anything."""
    pieces = re.split(r"%[sd]|{:,}|{{.*?}}|{%.*?%}", text)
    return ".+".join(re.escape(piece) for piece in pieces)


@cache
def words_of_the_screens() -> str:
    """All templates, and every text constant of the code that pages may show (docstrings are none)."""
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES if path.parent.name != "manual"]
    for package in ("helpdesk", "cases", "kb", "alerts"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts += [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200
            ]
    return "\n".join(texts)


@cache
def labels_of_controls() -> re.Pattern[str]:
    """One pattern of everything that can be pressed: buttons, links that look like them, tabs, entries of the menu."""
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    found = {label for call in CONTROL.findall(text) for label in re.findall(r'"([^"]+)"', call)}
    found |= {label for labels in NAMED.findall(text) for label in labels if label}
    found |= set(re.findall(r'"label": "([^"]+)"', text)) | set(PLAIN.findall(text))
    views = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "helpdesk" / "views").glob("*.py"))
    found |= set(re.findall(r'^ {4,8}\("([^"]+)", "[a-z_]+\.', views, re.MULTILINE))
    return re.compile("|".join(as_pattern(label) for label in found))


@pytest.mark.parametrize("path", MANUAL, ids=lambda path: path.stem)
def test_whatever_the_manual_quotes_stands_on_a_screen(path: Path) -> None:
    screens = words_of_the_screens()
    controls = labels_of_controls()
    text = path.read_text(encoding="utf-8")
    missing = [
        quoted
        for quoted in re.findall(r"「([^」]+)」", text)
        if quoted not in screens and not controls.fullmatch(quoted)
    ]
    assert missing == []


@pytest.mark.parametrize("path", MANUAL, ids=lambda path: path.stem)
def test_whatever_the_manual_says_to_press_can_be_pressed(path: Path) -> None:
    controls = labels_of_controls()
    pressed = [
        quoted
        for group in PRESSED.findall(path.read_text(encoding="utf-8"))
        for quoted in re.findall(r"「([^」]+)」", group)
    ]
    assert [label for label in pressed if not controls.fullmatch(label)] == []


def test_the_manual_names_enough_controls_for_these_tests_to_mean_something() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in MANUAL)
    assert len(PRESSED.findall(text)) > 70
    assert labels_of_controls().fullmatch("Excel で保存")
    assert not labels_of_controls().fullmatch("押せないボタン")


def test_every_screen_has_its_page_and_every_page_its_file() -> None:
    explained = set().union(*SCREENS.values())
    assert {blueprint.name for blueprint in BLUEPRINTS} - WITHOUT_PAGE == explained
    assert {path.stem for path in MANUAL} == set(SCREENS)
    assert sum(len(screens) for screens in SCREENS.values()) == len(explained)
    assert (page_of("calls").stem, page_of("no such screen").stem) == ("calls", FIRST)


def test_every_page_is_short_and_made_of_sections_with_one_title() -> None:
    for page in pages():
        lines = (ROOT / "helpdesk" / "manual" / f"{page.stem}.md").read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 80, page.stem
        assert page.title
        assert page.summary
        assert not page.title.startswith("#")
        assert len(page.sections) >= 3, page.stem
        assert all(section.markdown for section in page.sections)
        assert not any(line.startswith("###") for line in lines)


def test_every_link_of_the_manual_leads_somewhere(desk) -> None:
    app: Flask = create_app_for(desk)
    urls = app.url_map.bind("localhost")
    links = [link for path in MANUAL for link in LINK.findall(path.read_text(encoding="utf-8"))]
    assert len(links) >= 3
    for link in links:
        endpoint, values = urls.match(link)
        assert endpoint != "manual.show" or values["stem"] in SCREENS


def told(hit: Hit) -> str:
    return "".join(span.text for span in hit.excerpt)


def test_a_search_finds_a_section_whatever_the_width_and_case_of_the_letters() -> None:
    [hit] = [hit for hit in find("ｕｐｄａｔｅ　届かない") if hit.page.stem == "watch"]
    assert hit.section is not None
    assert hit.section.title == "公表が届かないとき"
    assert any(span.is_match for span in hit.excerpt)
    assert find("(PDF)") == find("（pdf）") != []


def test_what_is_marked_is_what_was_looked_for() -> None:
    for hit in find("招待のメール"):
        assert "招待のメール" in [span.text for span in hit.excerpt if span.is_match]
        assert "](" not in told(hit)
        assert "**" not in told(hit)


@pytest.mark.parametrize("wanted", ["", "   ", "どこにもない言葉", "\\", "[", "招待 どこにもない"])
def test_a_search_for_nothing_or_for_what_is_not_there_finds_nothing(wanted: str) -> None:
    assert find(wanted) == []
