"""メールアドレス: names and addresses out of what senders really write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.addresses import read_addresses
from tests.helpdesk.mail.raw_mails import word

YAMADA = word("山田, 太郎（営業）".encode(), "utf-8")


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Yamada@Denryoku.EXAMPLE", "", "yamada@denryoku.example"),
        (f"{YAMADA} <a@x.jp>", "山田, 太郎（営業）", "a@x.jp"),
        (f'"{YAMADA}" <a@x.jp>', "山田, 太郎（営業）", "a@x.jp"),
        ("a@x.jp (山田)", "山田", "a@x.jp"),
        ("山田, 太郎 <a@x.jp>", "山田, 太郎", "a@x.jp"),
        ('"山田 <a@x.jp>', "山田", "a@x.jp"),
        ("山田 <a@x.jp", "山田", "a@x.jp"),
        ("a..b.@docomo.ne.jp", "", "a..b.@docomo.ne.jp"),
        ("<@relay,@other:a@x.jp>", "", "a@x.jp"),
        ("<mailto:a@x.jp>", "", "a@x.jp"),
        (word("山田 <a@x.jp>".encode(), "utf-8"), "山田", "a@x.jp"),
        ('"a@y.jp" <a@x.jp>', "a@y.jp", "a@x.jp"),
        ("山田太郎", "山田太郎", ""),
        ("=?UTF-8?Q?n=0D=0ABcc:_evil2@evil.example?= <a@x.jp>", "n Bcc: evil2@evil.example", "a@x.jp"),
        ("社内: =?UTF-8?Q?n:_m?= <a@x.jp>", "n: m", "a@x.jp"),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "iso2022_jp"])
def test_one_sender_is_read(written, name, address, codec):
    [sender] = read_addresses(written.encode(codec))
    assert (sender.name, sender.address) == (name, address)


def test_lists_groups_and_semicolons_are_divided():
    assert [each.address for each in read_addresses(b'a@x, "b, c" <b@x>; c@x (d, e), "f;g" <f@x>')] == [
        "a@x",
        "b@x",
        "c@x",
        "f@x",
    ]
    assert [each.address for each in read_addresses("社内: a@x, b@x;".encode())] == ["a@x", "b@x"]


def test_an_empty_field_has_no_address():
    assert read_addresses(b"") == ()
    assert all(not each.address for each in read_addresses(b"undisclosed-recipients:;"))


@given(st.text(alphabet='ab@.<>"(),;:\\ =?山\x1b\n', max_size=60))
def test_no_field_raises_and_addresses_are_harmless(text):
    for each in read_addresses(text.encode()):
        assert len(each.address) <= 320
        assert not set(each.address) & set("\r\n<> ,;")
        assert "\n" not in each.name
