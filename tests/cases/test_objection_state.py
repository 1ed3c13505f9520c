"""What suggests an objection, and what does not."""

import pytest

from cases.objection_state import suggests_objection


@pytest.mark.parametrize(
    ("subject", "text", "reason"),
    [
        ("ペナルティ額に係る異議申立書", "", "件名に「異議申立」"),
        ("5月分の件", "下記のとおり異議申し立てをいたします。", "本文に「異議申し立」"),
        ("5月分の件", "通知の金額について、異議を申し立てます。", "本文に「異議を申し」"),
        ("5月分の件", "> 異議申立ての期限は\n承知しました。", ""),
        ("5月分の件", "金額の内訳を教えてください。", ""),
    ],
)
def test_an_objection_is_recognised_by_its_own_words(subject: str, text: str, reason: str) -> None:
    assert suggests_objection(subject, text) == reason
