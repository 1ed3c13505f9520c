"""Every mail and letter of the desk: `<name>/subject.txt`, `body.txt`, and `sample.toml` with what they are filled with.

A template that names something it was not given is an error, never a hole in a letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from mail_templates.errors import MailTemplateError, TemplateUnknown

_FOLDER = Path(__file__).parent
_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=False,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - plain text: nothing here is HTML
)


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """件名と本文 of one mail."""

    subject: str
    body: str


def template_names() -> list[str]:
    """The names of all mails and letters."""
    return sorted(path.parent.name for path in _FOLDER.glob("*/body.txt"))


@cache
def _known_names() -> frozenset[str]:
    return frozenset(template_names())


def render(name: str, values: Mapping[str, Any]) -> RenderedMail:
    """Fill one mail. Raises `TemplateUnknown`, or `MailTemplateError` naming the value that is missing."""
    if name not in _known_names():
        raise TemplateUnknown(
            f"メールのひな型「{name}」はありません。あるもの: {'、'.join(template_names())}"
        )
    try:
        subject = _environment.get_template(f"{name}/subject.txt").render(values)
        body = _environment.get_template(f"{name}/body.txt").render(values)
    except jinja2.UndefinedError as error:
        raise MailTemplateError(f"ひな型「{name}」に差し込む値がありません（{error.message}）") from error
    return RenderedMail(subject=" ".join(subject.split()), body=body.strip() + "\n")
