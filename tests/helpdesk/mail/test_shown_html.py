"""An HTML mail is shown without anything that runs, and never keeps a page waiting."""

import pytest

from helpdesk.mail.shown_html import DEEPEST_NESTING, MOST_CHARACTERS, shown_html


def test_what_runs_is_gone_and_what_is_read_stays() -> None:
    shown = shown_html(
        '<p onclick="x()">金額<script>alert(1)</script><a href="javascript:x">a</a><b>太字</b></p>'
    )
    assert "金額" in shown
    assert "<b>太字</b>" in shown
    assert not any(trace in shown for trace in ("onclick", "script", "alert"))


@pytest.mark.parametrize(
    "html", ["<div>" * (DEEPEST_NESTING + 1), "a" * (MOST_CHARACTERS + 1), "<b>" * 100_000]
)
def test_a_mail_too_deep_or_too_large_is_not_laid_out(html: str) -> None:
    assert shown_html(html) is None


def test_tags_that_nobody_closes_are_no_nesting() -> None:
    assert shown_html("<p>行<br>" * (DEEPEST_NESTING * 2)) is not None
