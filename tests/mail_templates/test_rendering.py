"""Every mail has a snapshot, subject included; nothing is left open in a letter."""

import os
import tomllib
from pathlib import Path

import pytest

import mail_templates
from mail_templates.errors import MailTemplateError, TemplateUnknown
from mail_templates.rendering import render, template_names

SNAPSHOTS = Path(__file__).parent / "snapshots"
FOLDER = Path(mail_templates.__file__).parent


def sample(name: str) -> dict:
    return tomllib.loads((FOLDER / name / "sample.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", template_names())
def test_a_mail_reads_as_its_snapshot(name: str) -> None:
    mail = render(name, sample(name))
    text = f"Subject: {mail.subject}\n\n{mail.body}"
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("HELPDESK_WRITE_SNAPSHOTS") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", template_names())
def test_every_value_of_the_sample_is_needed(name: str) -> None:
    values = sample(name)
    for missing in values:
        with pytest.raises(MailTemplateError, match=missing):
            render(name, {key: value for key, value in values.items() if key != missing})


def test_an_unknown_mail_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(TemplateUnknown, match="case_received"):
        render("no_such_mail", {})


def test_a_line_break_in_a_value_cannot_add_a_header_line() -> None:
    values = sample("case_received") | {"subject": "件名\r\nBcc: somebody@example.com"}
    assert "\n" not in render("case_received", values).subject
