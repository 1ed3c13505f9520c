"""按分: how is a whole amount shared by weights, exactly, so that nothing is created or lost?

Weights are scaled to whole numbers once: a thousand fractions over different denominators are then added, compared and
divided without a fraction in between.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Weight = int | Fraction


def whole_weights(weights: Sequence[Weight]) -> list[int]:
    """Whole numbers in the same proportion."""
    scale = lcm(*{weight.denominator for weight in weights})
    return [weight.numerator * (scale // weight.denominator) for weight in weights]


def floored_sum(weights: Sequence[Weight]) -> int:
    """合計、1未満切り捨て: floor(Σ weights), of fractions over any denominators."""
    return sum(whole_weights(weights)) // lcm(*{weight.denominator for weight in weights})


def floored_shares(amount: int, weights: Sequence[Weight], parts: int = 1) -> list[int]:
    """切り捨ての按分: floor(amount × weight / (parts × Σ weights)) of each; together at most the amount.

    Raises `ZeroDivisionError` where the weights come to nothing.
    """
    return floored_shares_of_whole(amount, whole_weights(weights), parts)


def floored_shares_of_whole(amount: int, weights: Sequence[int], parts: int = 1) -> list[int]:
    """切り捨ての按分 by weights that are whole numbers already."""
    whole = sum(weights) * parts
    return [amount * weight // whole for weight in weights]


def largest_remainder(amount: int, weights: Sequence[Weight]) -> list[int]:
    """最大剰余法: shares that come to the amount; the yen left by flooring go to the largest fractions, the first of equals first.

    Raises `ZeroDivisionError` where the weights come to nothing.
    """
    scaled = whole_weights(weights)
    whole = sum(scaled)
    parts = [divmod(amount * weight, whole) for weight in scaled]
    left = amount - sum(share for share, _ in parts)
    first = sorted(range(len(parts)), key=lambda at: -parts[at][1])[:left]
    shares = [share for share, _ in parts]
    for at in first:
        shares[at] += 1
    return shares
