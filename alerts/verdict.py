"""判断: what a stage decided about one candidate, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`send`, `hold` or `drop`, the stage that said so, and its reason for a person (Japanese, never empty)."""

    decision: str
    stage: str
    reason: str
    receivers: tuple[str, ...] = ()
