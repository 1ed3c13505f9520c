"""広域予備率の閾値: below which margins something happens, in hundredths of a per cent; always strictly below.

8 %: 供給力提供通知 and the desk's watch; 5 %: 電力需給ひっ迫注意報; 3 %: 電力需給ひっ迫警報; 1 %: 計画停電
(`domain.md` §4.6; in force for the whole time that publications are recorded, from April 2024).
"""

from alerts.exact_figures import Exact

LEVELS = (800, 500, 300, 100)  # level 1, 2, 3, 4
LOW = LEVELS[0]


def is_low(margin: Exact) -> bool:
    """Whether a block margin is below 8.00 %."""
    return margin < LOW


def level_of(margin: Exact) -> int:
    """How many of the thresholds the margin is below: 0 (8.00 % or more) … 4 (below 1.00 %)."""
    return sum(margin < threshold for threshold in LEVELS)
