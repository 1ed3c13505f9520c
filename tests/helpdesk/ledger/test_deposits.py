"""A payer's name is kept in one width, whichever file told it; the rest stands in the reading of bank files."""

import pytest

from helpdesk.ledger.deposits import one_width


@pytest.mark.parametrize(
    ("told", "kept"), [("ｶ)ｷﾀﾊﾏ ｴﾅｼﾞ-", "カ)キタハマ エナジ-"), ("  ＡＢＣ　商会 ", "ABC 商会"), ("", "")]
)
def test_a_name_is_kept_in_one_width(told, kept) -> None:
    assert one_width(told) == kept
