"""記事の表示: Markdown becomes safe HTML; figures arrive as values."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.rendering import figure_names, plain_text, render

ALLOWED = {
    *(
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "code",
        "pre",
        "blockquote",
        "hr",
        "br",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "span"),
}
TAG = re.compile(r"<\s*/?\s*([a-zA-Z][\w-]*)([^>]*)>")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x01;javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example/)",
        "[x](\\\\evil.example)",
        "[x](/\\evil.example)",
        "<javascript:alert(1)>",
        "![x](javascript:alert(1))",
        '[x](https://e.jp "\\" onmouseover=alert(1) \\"")',
        '```"><script>alert(1)</script>\nx\n```',
        "[x]: javascript:alert(1)\n\n[x]",
        "<a href='javascript:1'>x</a>",
        "<style>*{display:none}</style>",
        "<!-- --><iframe src=//e.jp>",
        "{{figure:<script>}}",
    ],
)
def test_no_attack_leaves_a_tag_or_a_link_behind(attack: str) -> None:
    html = render(attack)
    for name, attributes in TAG.findall(html):
        assert name in ALLOWED
        assert not re.search(r"\son\w+\s*=\s*[^&]", re.sub(r'"[^"]*"', "", attributes))
    for link in re.findall(r'href="([^"]*)"', html):
        followed = urljoin("https://desk.example/kb/", unescape(link))
        assert followed.startswith(("https://desk.example/", "https://e.jp"))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<>\"'&/[]()!`*_{}#|-:.\n aonjscript=x\\")), max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    for name, attributes in TAG.findall(render(text)):
        assert name in ALLOWED
        assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", attributes))


def test_links_lead_to_the_web_or_into_the_application() -> None:
    html = render("[外](https://www.occto.or.jp/) [内](/kb/netting) [同じ](netting#a)")
    assert '<a href="https://www.occto.or.jp/" rel="noopener noreferrer">外</a>' in html
    assert '<a href="/kb/netting">内</a>' in html
    assert '<a href="netting#a">同じ</a>' in html


def test_headings_begin_below_the_title_of_the_page_and_tables_need_no_inline_style() -> None:
    html = render("# 結論\n\n|項目|円|\n|---|---:|\n|計|1|\n")
    assert "<h2>結論</h2>" in html
    assert "style=" not in html
    assert '<td class="align-right">1</td>' in html


def test_a_figure_is_replaced_by_its_escaped_value() -> None:
    html = render(
        "上限は{{figure:penalty/outage_plan.allowed_slots}}コマ", resolve_figure=lambda name: f"<{name}>"
    )
    assert "&lt;penalty/outage_plan.allowed_slots&gt;</span>コマ" in html
    assert "<penalty" not in html


def test_an_unknown_figure_is_shown_as_missing_not_dropped() -> None:
    assert "〔値なし: penalty/x〕" in render("{{figure:penalty/x}}", resolve_figure=lambda name: None)
    assert "〔値なし: a〕" in render("{{figure:a}}")
    assert figure_names("{{figure:a}} {{figure:b}} {{figure:a}}") == ["a", "b"]


def test_each_rendering_uses_its_own_figures() -> None:
    assert "一" in render("{{figure:a}}", resolve_figure=lambda name: "一")
    assert "二" in render("{{figure:a}}", resolve_figure=lambda name: "二")


def test_plain_text_holds_the_words_and_no_marks() -> None:
    text = "## 見出し\n\n**太字**と[リンク](https://e.jp)\n\n|表|値|\n|-|-|\n|甲|乙|\n\n```\n式 = 1\n```\n"
    assert plain_text(text) == "見出し\n太字とリンク\n表\n値\n甲\n乙\n式 = 1"


def test_deep_nesting_ends() -> None:
    assert render(">" * 5_000 + " x")
    assert render("[" * 2_000)
