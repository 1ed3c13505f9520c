"""The design system: nothing inline, nothing missing, what people typed stays text, amounts are shown exactly."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, flash, render_template, render_template_string
from flask_wtf.csrf import CSRFProtect
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2] / "helpdesk"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "styles").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "scripts").glob("*.js"))
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))


class Page(HTMLParser):
    """What a rendered page holds that these tests ask for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed_at: set[str] = set()
        self.local_addresses: set[str] = set()
        self.classes: set[str] = set()
        self.headings: list[int] = []
        self.nameless: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids += [values["id"]] if "id" in values else []
        for name in ("for", "aria-labelledby", "form"):
            self.pointed_at |= set(values.get(name, "").split())
        self.pointed_at |= set(values.get("aria-describedby", "").split())
        self.classes |= set(values.get("class", "").split())
        for name in ("src", "href"):
            if values.get(name, "").startswith("/static/"):
                self.local_addresses.add(values[name])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img" and "alt" not in values:
            self.nameless.append(values.get("src", ""))


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("helpdesk", root_path=str(ROOT))
    app.config.update(SECRET_KEY="only for this test", TESTING=True)
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    CSRFProtect(app)
    entry = {"label": "案件", "url": "/cases/", "icon": "inbox", "active": True, "badge": 3}
    menu = {"name": "佐藤 花子", "role": "オペレーター", "sign_out_url": "/sign-out"}
    app.context_processor(lambda: {"navigation": [entry], "user_menu": menu, "demo": True})
    app.add_url_rule("/admin/design", "design", lambda: render_template("design/gallery.html"))
    return app


@pytest.fixture(scope="module")
def gallery(app: Flask) -> str:
    client = app.test_client()
    return "".join(client.get(f"/admin/design{query}").text for query in ("", "?show=case", "?show=rows"))


def shown(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string('{% import "macros/ui.html" as ui %}' + source, **values).strip()


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_and_no_inline_script(path: Path):
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle\s*=\s*[\"']|javascript:", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_styles_and_scripts_load_nothing_from_elsewhere(path: Path):
    assert not re.search(r"https?://|@import|url\(", path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_stays_small_and_builds_no_code_or_html_from_text(path: Path):
    text = path.read_text()
    assert len(text.splitlines()) <= 150
    assert not re.search(
        r"\beval\(|new Function|innerHTML|outerHTML|document\.write|insertAdjacentHTML", text
    )


def test_every_icon_in_use_is_drawn():
    text = "".join(path.read_text() for path in TEMPLATES)
    used = set(re.findall(r'icon\("([a-z-]+)"', text)) | set(re.findall(r'icon"?[=:] ?"([a-z-]+)"', text))
    assert {"inbox", "check"} <= used
    assert used - ICONS == set()


def test_every_static_file_of_a_page_exists(app: Flask, gallery: str):
    client = app.test_client()
    addresses = Page(gallery).local_addresses
    assert any(address.endswith("tokens.css") for address in addresses)
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_every_class_in_use_has_its_style(gallery: str):
    styled = set(re.findall(r"\.([a-z][a-z0-9_-]*)", "".join(path.read_text() for path in STYLES)))
    used = Page(gallery).classes
    for path in TEMPLATES:
        for names in re.findall(r'class="([^"{}]*)"', path.read_text()):
            used |= set(names.split())
    as_it_is = {"table-page", "chip-source", "message-auto", "kind-value", "width-full"}  # the standard look
    assert used - styled - as_it_is == set()


@pytest.mark.parametrize("query", ["", "?show=case", "?show=rows"])
def test_a_page_points_only_at_what_it_holds_and_names_it_once(app: Flask, query: str):
    page = Page(app.test_client().get(f"/admin/design{query}").text)
    assert page.pointed_at - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))
    assert page.headings.count(1) == 1
    assert page.nameless == []


def test_every_macro_is_offered_and_described():
    facade = (ROOT / "templates" / "macros" / "ui.html").read_text()
    manual = (ROOT / "static" / "README.md").read_text()
    for path in sorted((ROOT / "templates" / "macros").glob("*.html")):
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text()):
            assert f"{{% set {name} = _{path.stem}.{name} %}}" in facade
            assert f"{name}(" in manual


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567円"),
        ("-20000", "−20,000円"),
        ("0", "0円"),
        ("12345678901234567890", "12,345,678,901,234,567,890円"),
        ("1234.50", "1,234.50円"),
        ("9/20", "9/20円"),
        (None, "―"),
    ],
)
def test_an_amount_is_shown_as_it_is_given(app: Flask, value: object, text: str):
    assert words(shown(app, "{{ ui.yen(value) }}", value=value)) == text


@given(st.integers(min_value=-(10**24), max_value=10**24))
def test_no_digit_of_an_amount_is_ever_lost(app: Flask, amount: int):
    text = words(shown(app, "{{ ui.yen(value, sign=true) }}", value=str(amount)))
    assert int(text.removesuffix("円").replace(",", "").replace("−", "-")) == amount
    assert text.startswith("+") == (amount > 0)


def test_a_comparison_marks_only_the_rows_that_differ(app: Flask):
    rows = [
        {"label": "同じ", "notified": 1, "recomputed": 1, "difference": 0},
        {"label": "違う", "notified": 1, "recomputed": 3, "difference": "2"},
    ]
    html = shown(app, "{{ ui.comparison(rows) }}", rows=rows)
    assert html.count("is-different") == 1
    assert "違う（差あり）" in words(html)
    assert "+2円" in words(html)


def test_a_field_shows_its_own_problems_and_is_tied_to_them(app: Flask):
    problems = [{"where": "件名", "message": "入力してください"}, {"where": "本文", "message": "長すぎます"}]
    html = shown(
        app, '{{ ui.text_field("subject", "件名", problems=problems, hint="短く") }}', problems=problems
    )
    assert 'aria-describedby="subject-hint subject-error" aria-invalid="true"' in html
    assert "入力してください" in html
    assert "長すぎます" not in html


def test_what_people_typed_never_becomes_markup(app: Flask):
    hostile = "<script>alert(1)</script>\"'"
    source = """{{ ui.message("in", x, x, x, subject=x, quoted=x, files=[{"name": x, "url": "#"}]) }}{{ ui.text_field("a", x, x, hint=x) }}
        {{ ui.textarea_field("b", x, x) }}{{ ui.notice(x, x) }}{{ ui.definition_list([(x, x)]) }}{{ ui.yen(x) }}{{ ui.badge(x) }}"""
    html = shown(app, source, x=hostile)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 12


def test_a_textarea_gives_back_exactly_what_was_typed(app: Flask):
    html = shown(app, '{{ ui.textarea_field("body", "本文", value) }}', value="\n　一行目\n")
    assert "\n\n　一行目\n</textarea>" in html.replace("\r\n", "\n")


def test_an_empty_list_says_so(app: Flask):
    html = shown(
        app,
        '{% call ui.data_table([{"label": "番号"}], "案件", 0, "案件はありません") %}<tr><td>行</td></tr>{% endcall %}',
    )
    assert "案件はありません" in html
    assert "<td>行</td>" not in html


def test_a_flashed_error_is_read_out(app: Flask):
    with app.test_request_context():
        flash("宛先を確かめてください", "error")
        html = render_template_string('{% import "macros/ui.html" as ui %}{{ ui.flash_messages() }}')
    assert 'role="alert"' in html
    assert "宛先を確かめてください" in html


@pytest.mark.parametrize(
    ("cookie", "shown_as"), [("dark", ' data-theme="dark"'), ("auto", ""), ('"><script>', "")]
)
def test_the_server_sends_the_chosen_colours_and_no_others(app: Flask, cookie: str, shown_as: str):
    with app.test_request_context(headers={"Cookie": f"theme={cookie}"}):
        html = render_template("base.html")
    assert f'<html lang="ja"{shown_as}>' in html


def test_the_error_page_needs_nothing_but_its_words(app: Flask):
    with app.test_request_context():
        html = render_template(
            "errors/error.html",
            status=500,
            title="システムの問題が起きました",
            message="処理を中止しました",
            action="時間をおいてやり直してください",
            request_id="a1b2c3d4",
            navigation=[],
            user_menu=None,
        )
    assert all(text in html for text in ("500", "システムの問題が起きました", "時間をおいて", "a1b2c3d4"))
    assert 'class="rail"' not in html
