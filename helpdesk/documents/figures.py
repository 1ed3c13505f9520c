"""主要な数値と導出の見せ方: figures and steps of a calculation as blocks of a document, exact as they were stored."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from calc_core.narration import NOT_PUBLISHED, UNITS, number_text
from helpdesk.documents.document import Derivation, DerivationStep, Fact, Kind
from helpdesk.register.derivations import Derivation as StoredDerivation
from helpdesk.register.derivations import derivations

Figure = Sequence[str]  # [key, label, unit, exact text]
SAID_ABOVE = "上の同じ段と同じ"
_POLICY_WORDS = NOT_PUBLISHED.partition("（")[0]


def resource_of(key: str) -> str | None:
    """The code of the resource (電源等) that a figure is about; None for the business's own."""
    return key.split(".")[1] if key.startswith("resource.") else None


def kind_of(unit: str) -> Kind:
    """Which kind of cell a unit is shown in."""
    return "yen" if unit == "yen" else "figure"


def value_of(exact: str | None, unit: str) -> int | str | None:
    """An exact text as a cell holds it: a whole number as a number, anything else as it reads in Japanese."""
    if exact is None:
        return None
    try:
        number = Fraction(exact)
    except ValueError:
        return number_text(exact, unit)
    return number.numerator if number.denominator == 1 else number_text(exact, unit if unit == "yen" else "")


def fact_of(figure: Figure) -> Fact:
    """One figure as a line of a list."""
    _, label, unit, exact = figure
    return Fact(label, value_of(exact, unit), kind_of(unit), "" if unit == "yen" else UNITS.get(unit, unit))


def split_labels(figures: Iterable[Figure]) -> tuple[str, list[str]]:
    """The name that all labels of one resource begin with, and what each says after it."""
    labels = [figure[1] for figure in figures]
    first, last = min(labels), max(labels)
    common = next((at for at, letter in enumerate(first) if not last.startswith(letter, at)), len(first))
    end = first.rfind(" ", 0, common)
    if end <= 0:
        return "", labels
    return first[:end], [label[end + 1 :] for label in labels]


def derivation_blocks(statement: dict[str, Any]) -> list[Derivation]:
    """The statement's results with their steps: the business's total first, then resource by resource."""
    return [result_block(each.heading, each.result) for each in derivations(statement)]


def result_block(heading: str, result: dict[str, Any]) -> Derivation:
    """One rule's result (its JSON form) with its steps."""
    steps = StoredDerivation(heading, None, result).steps()
    return Derivation(heading, [_step(step) for step in steps], list(result["warnings"]))


def joined_block(heading: str, results: Sequence[dict[str, Any]]) -> Derivation:
    """Results that follow from each other (their JSON forms) as one derivation, step after step."""
    blocks = [result_block(heading, each) for each in results]
    warnings = dict.fromkeys(warning for block in blocks for warning in block.warnings)
    return Derivation(heading, [step for block in blocks for step in block.steps], list(warnings))


def said_once(derivations: Sequence[Derivation]) -> list[Derivation]:
    """The same computation of several areas: sources and remarks stand with the first, the others refer to it."""
    seen: set[tuple[str, str, str, str]] = set()
    told = []
    for block in derivations:
        steps = []
        for step in block.steps:
            key = (step.label, step.words, step.source, step.remark)
            steps.append(replace(step, source=SAID_ABOVE, remark="") if key in seen else step)
            seen.add(key)
        told.append(replace(block, steps=steps))
    return told


def _step(step: dict[str, Any]) -> DerivationStep:
    return DerivationStep(
        label=step["label"],
        value=number_text(step["value"], step["unit"]),
        words=step["words"],
        numbers=step["numbers"],
        source=step["source"],
        remark=f"{_POLICY_WORDS}: {step['policy']}" if step["policy"] else "",
    )
