"""The colours of the design system: readable in both schemes (WCAG 2.2, 1.4.3 and 1.4.11), named in one place."""

import re
from pathlib import Path

import pytest

STYLES = sorted((Path(__file__).parents[2] / "helpdesk" / "static" / "styles").glob("*.css"))
TOKENS = next(path for path in STYLES if path.name == "tokens.css").read_text()
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS)}
TONES = ("success", "warning", "danger", "info", "neutral")
SURFACES = ("canvas", "surface", "surface-sunken", "surface-raised", "surface-hover", "surface-selected")
MARGINS = ("ample", "near", "low", "tight", "severe", "critical")
READ = [
    *[(f"margin-{level}-text", f"margin-{level}-surface") for level in MARGINS],
    *[(text, under) for text in ("text", "text-muted", "link") for under in SURFACES],
    *[
        (f"{tone}-text", under)
        for tone in TONES
        for under in (f"{tone}-surface", "surface", "canvas", "surface-hover")
    ],
    *[(text, f"{tone}-surface") for tone in TONES for text in ("text", "text-muted", "link")],
    *[("accent", under) for under in ("accent-surface", *SURFACES)],
    *[(text, "accent-surface") for text in ("text", "text-muted")],
    *[(text, under) for text in ("on-rail", "on-rail-muted") for under in ("rail", "rail-active")],
    *[("on-ink", "ink"), ("on-ink", "ink-hover"), ("on-accent", "accent"), ("rail", "rail-accent")],
    *[
        ("on-danger-solid", "danger-solid"),
        ("on-danger-solid", "danger-solid-hover"),
        ("text", "mark-surface"),
    ],
]
SEEN = [
    *[("line-field", under) for under in ("surface", "canvas", "surface-sunken")],
    *[("focus", under) for under in SURFACES],
    *[(mark, under) for mark in ("rail-focus", "rail-accent") for under in ("rail", "rail-active")],
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "under"), READ)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_surface(text: str, under: str, scheme: int):
    assert contrast(COLOURS[text][scheme], COLOURS[under][scheme]) >= 4.5


@pytest.mark.parametrize(("mark", "under"), SEEN)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_fields_and_focus_rings_stand_out_from_their_surface(mark: str, under: str, scheme: int):
    assert contrast(COLOURS[mark][scheme], COLOURS[under][scheme]) >= 3


def test_only_the_tokens_name_colours():
    named = [
        (path.name, line)
        for path in STYLES
        if path.name not in ("tokens.css", "print.css")
        for line in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text())
    ]
    assert named == []


def test_every_token_in_use_is_defined():
    text = "".join(path.read_text() for path in STYLES)
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
    assert used - set(re.findall(r"(--[a-z0-9-]+):", text)) == set()
