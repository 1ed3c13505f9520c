"""Times side by side: the candidates take turns in one run, the median of each counts; only ratios are judged."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest


def side_by_side(rounds: int, **candidates: Callable[[], object]) -> dict[str, float]:
    """The median seconds of each candidate; every one is warmed up first and none runs twice in a row."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for act in candidates.values():
        act()
    for _ in range(rounds):
        for name, act in candidates.items():
            begun = perf_counter()
            act()
            seconds[name].append(perf_counter() - begun)
    return {name: median(values) for name, values in seconds.items()}


def report(capsys: pytest.CaptureFixture[str], title: str, seconds: dict[str, float]) -> None:
    """Print the absolute times, for people to read."""
    with capsys.disabled():
        listed = ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in seconds.items())
        print(f"\n{title}: {listed}")
