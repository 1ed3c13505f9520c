"""Without the account that pays nothing is ordered; each setting that is wrong is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.errors import Refused
from helpdesk.ledger.transfer_sender import sender_of
from helpdesk.settings import TRANSFER_SETTINGS
from tests.helpdesk.conftest import settings_for
from tests.helpdesk.paying import OWN

EMPTY = settings_for(Path(), "sqlite://")


def test_every_empty_setting_is_named() -> None:
    with pytest.raises(Refused) as refused:
        sender_of(EMPTY)
    assert {each.where for each in refused.value.problems} == {f"設定 {name}" for name in TRANSFER_SETTINGS}


def test_names_are_written_as_banks_write_them_and_numbers_filled_up() -> None:
    changed = OWN | {"transfer_client_kana": "カブシキガイシャ マド", "own_account_number": "345"}
    sender = sender_of(replace(EMPTY, **changed))
    assert (sender.client_name, sender.account_number) == ("ｶ)ﾏﾄﾞ", "0000345")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("own_bank_code", "99", "数字4桁"),
        ("own_account_number", "12345678", "数字7桁以内"),
        ("own_account_kind", "4", "どれか"),
        ("transfer_client_kana", "広域機関", "「広域機関」は銀行のカナ"),
    ],
)
def test_what_a_bank_does_not_take_is_refused(name, value, words) -> None:
    with pytest.raises(Refused, match=words) as refused:
        sender_of(replace(EMPTY, **(OWN | {name: value})))
    assert [each.where for each in refused.value.problems] == [f"設定 {name}"]
