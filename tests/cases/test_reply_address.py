"""Where a reply goes: Reply-To where it can be believed, else From; robots are known by their addresses."""

import pytest

from cases.reply_address import Anybody, is_robot, reply_address

SENDER = "yamada@kaminari.example"


@pytest.mark.parametrize(
    ("reply_to", "expected"),
    [
        ("", SENDER),
        ("team@kaminari.example", "team@kaminari.example"),
        ("team@KAMINARI.example", "team@KAMINARI.example"),
        ("evil@evil.example", SENDER),
        ("evil@kaminari.example.evil.example", SENDER),
        ("agent@partner.example", "agent@partner.example"),
        ("no-reply@kaminari.example", SENDER),
    ],
)
def test_a_reply_to_of_another_domain_counts_only_if_it_is_known(reply_to: str, expected: str) -> None:
    assert reply_address(SENDER, reply_to, known={"agent@partner.example"}) == expected


def test_the_same_free_mail_provider_is_not_the_same_company() -> None:
    assert reply_address("a@gmail.com", "b@gmail.com", known=()) == "a@gmail.com"


def test_an_acknowledgement_may_go_to_any_reply_to_but_a_robots() -> None:
    assert reply_address(SENDER, "x@elsewhere.example", known=Anybody()) == "x@elsewhere.example"
    assert reply_address(SENDER, "noreply@elsewhere.example", known=Anybody()) == SENDER


@pytest.mark.parametrize(
    "local",
    ["no-reply", "noreply", "NoReply", "do_not_reply", "donotreply", "info-noreply", "no-reply+1", "mailer-daemon",
     "MAILER-DAEMON", "postmaster", "bounce", "bounces+a=b", "noreply2"],
)  # fmt: skip
def test_robots_are_known_by_their_addresses(local: str) -> None:
    assert is_robot(f"{local}@x.example")


@pytest.mark.parametrize("address", ["yamada@noreply.example", "reply@x.example", "norio@x.example", "bouncer@x.example", ""])  # fmt: skip
def test_people_are_not_robots(address: str) -> None:
    assert not is_robot(address)
