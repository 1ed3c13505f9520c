"""HTML 本文のテキスト化: readable, aligned, and never dear."""

import pytest

from helpdesk.mail.html_text import html_to_text


def test_paragraphs_and_tables_are_readable():
    text = html_to_text(
        "<p>お世話に<b>なっ</b>ております。</p><table><tr><td>kW</td><td>500</td></tr></table>", []
    )
    assert text == "お世話になっております。\n\nkW  500"


def test_scripts_styles_and_comments_are_not_text():
    html = "<html><head><title>t</title><style>x{}</style></head><body><!-- c --><script>y()</script>本文</body></html>"
    assert html_to_text(html, []) == "本文"
    assert html_to_text("<table>" * 30 + html, []) == "本文"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<?xml version='1.0' encoding='utf-8'?>",
        "<p",
        "&#0;&#xD800;&#99999999;",
        "<table><td colspan=999999999>x",
        "<![CDATA[",
        "\x01",
    ],
)
def test_broken_html_never_raises(html):
    assert isinstance(html_to_text(html, []), str)


def test_a_table_that_would_explode_is_read_without_layout():
    html = "<table><tr><td>" + "長" * 100_000 + "</td></tr>" + "<tr><td>y</td></tr>" * 5_000 + "</table>"
    text = html_to_text(html, [])
    assert len(text) < 200_000
    assert "長" in text


def test_very_long_html_is_cut_and_said_so():
    defects: list[str] = []
    assert len(html_to_text("<p>a</p>" * 300_000, defects)) < 1_000_000
    assert "途中まで" in defects[0]
