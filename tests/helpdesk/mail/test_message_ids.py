"""自局の Message-ID: only ids that this desk signed are believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.errors import MailNotComposable
from helpdesk.mail.message_ids import new_message_id, read_own_message_id

PART = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=20)


@given(PART, PART)
def test_an_own_id_is_read_back_with_and_without_brackets(kind, key):
    own = new_message_id(kind, key, "secret", "Occto.example")
    assert own == new_message_id(kind, key, b"secret", "occto.example")
    assert read_own_message_id(own, "secret") == (kind, key)
    assert read_own_message_id(f" <{own}> ", "secret") == (kind, key)


def test_a_changed_or_foreign_id_is_nobodys():
    own = new_message_id("answer", "17-1", "secret", "occto.example")
    assert read_own_message_id(own.replace("17-1", "18-1"), "secret") is None
    assert read_own_message_id(own, "other secret") is None
    assert read_own_message_id("x@y", "secret") is None
    assert read_own_message_id("", "secret") is None


@pytest.mark.parametrize(
    ("kind", "key", "domain"),
    [("a.b", "1", "x"), ("a", "", "x"), ("a", "1\r\n", "x"), ("a", "1", "x y"), ("a", "鍵", "x")],
)
def test_what_cannot_stand_in_an_id_is_refused(kind, key, domain):
    with pytest.raises(MailNotComposable):
        new_message_id(kind, key, "secret", domain)


def test_an_id_without_a_secret_is_refused():
    with pytest.raises(MailNotComposable, match="署名鍵"):
        new_message_id("a", "1", "", "x")
