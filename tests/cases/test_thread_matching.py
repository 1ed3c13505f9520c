"""Which case a mail belongs to: signed id, stored ids, and a number only from somebody who belongs there."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases import search
from cases.models import Business, Case, Message
from cases.thread_matching import OUTSIDER_NOTE, Match, answered_message, belongs, clean_subject, match
from tests.cases.mails import make_mail

Make = Callable[..., Case]


def add_message(session: Session, case: Case, now: datetime, **values: object) -> Message:
    standard = {"direction": "in", "channel": "mail", "subject": "", "author_name": "", "from_address": ""}
    standard |= {"to_addresses": [], "cc_addresses": [], "body_text": "", "automatic": False}
    return search.store(session, Message(case_id=case.id, occurred_at=now, **{**standard, **values}))


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("ペナルティについて", "ペナルティについて"),
        ("Re: ペナルティ", "ペナルティ"),
        ("RE：ペナルティ", "ペナルティ"),
        ("RE:ペナルティ", "ペナルティ"),
        ("ＲＥ：　Ｆｗｄ：ペナルティ", "ペナルティ"),
        ("Re: RE: Re[2]: Re^3: RE(4): ペナルティ", "ペナルティ"),
        ("返信: 転送：ペナルティ", "ペナルティ"),
        ("[FW] ペナルティ", "ペナルティ"),
        ("【転送】ペナルティ", "ペナルティ"),
        ("[Fwd: ペナルティ]", "ペナルティ"),
        ("AW: WG: ペナルティ", "ペナルティ"),
        ("Re: ペナルティ [容量市場 2026-000123-4]", "ペナルティ"),
        ("Re: [容量市場 2026-000123-4] Re: ペナルティ", "ペナルティ"),
        ("返信の方法", "返信の方法"),
        ("Reserve margin: 8%", "Reserve margin: 8%"),
        ("第2回: 結果 [1]", "第2回: 結果 [1]"),
        ("Re:", ""),
    ],
)
def test_prefixes_and_our_own_tag_are_taken_off_the_subject(subject: str, clean: str) -> None:
    assert clean_subject(subject) == clean


@given(st.text(st.sampled_from("Re:Fw返信転送[]【】 ：　2件名(^)"), max_size=30))
def test_a_clean_subject_stays_as_it_is(subject: str) -> None:
    assert clean_subject(clean_subject(subject)) == clean_subject(subject)


def test_a_verified_id_of_our_own_comes_first(session: Session, make_case: Make, now: datetime) -> None:
    ours, other = make_case(session), make_case(session)
    add_message(session, other, now, message_id="other@x.example")
    found = match(session, make_mail(in_reply_to=("other@x.example",)), signed_case_id=ours.id)
    assert found == Match(ours, f"この窓口が送ったメールへの返信（案件 {ours.number}）", outsider=True)


def test_stored_ids_join_and_the_newest_reference_wins(
    session: Session, make_case: Make, now: datetime
) -> None:
    first, second, third = (make_case(session) for _ in range(3))
    for number, case in enumerate((first, second, third), 1):
        add_message(session, case, now, message_id=f"{number}@x.example")

    def case_of(**ids: tuple[str, ...]) -> Case | None:
        return match(session, make_mail(subject="別の件名", **ids), signed_case_id=None).case

    assert case_of(references=("1@x.example", "2@x.example", "unknown@x.example")) is second
    assert case_of(references=("1@x.example", "2@x.example"), in_reply_to=("3@x.example",)) is third
    assert case_of(references=("unknown@x.example",), in_reply_to=("",)) is None
    assert case_of() is None


def test_of_two_messages_with_one_id_the_newer_case_is_meant(
    session: Session, make_case: Make, now: datetime
) -> None:
    old, new = make_case(session), make_case(session)
    for case in (old, new):
        add_message(session, case, now, message_id="same@x.example")
    assert match(session, make_mail(in_reply_to=("same@x.example",)), signed_case_id=None).case is new


def test_an_endless_id_is_compared_as_it_was_stored(session: Session, case: Case, now: datetime) -> None:
    endless = "x" * 3000 + "@x.example"
    add_message(session, case, now, message_id=endless[:500])
    assert match(session, make_mail(references=(endless,)), signed_case_id=None).case is case


def test_a_number_in_the_subject_counts_for_those_who_belong(
    session: Session, make_case: Make, kaminari: Business, now: datetime
) -> None:
    case = make_case(session, business=kaminari)
    subject = f"【至急】案件{case.number}の件"
    for address in ("yamada@kaminari.example", "somebody.new@KAMINARI.example"):
        found = match(session, make_mail(subject=subject, from_address=address), signed_case_id=None)
        assert found.case is case
        assert found.reason == f"件名の案件番号 {case.number}（差出人はこの案件の関係者）"


def test_a_number_from_a_stranger_joins_nothing_and_is_noted(
    session: Session, make_case: Make, kaminari: Business
) -> None:
    case = make_case(session, business=kaminari)
    for address in ("someone@rival.example", "yamada@kaminari.example.evil.example", "", "@kaminari.example"):
        mail = make_mail(subject=f"Re: {case.number}", from_address=address)
        found = match(session, mail, signed_case_id=None)
        assert found.case is None
        assert "関係者ではない" in found.reason


@pytest.mark.parametrize("number", ["2026-999999-9", "2026-000001-1", "12345", "2025-06-12"])
def test_foreign_numbers_match_nothing(session: Session, make_case: Make, number: str) -> None:
    make_case(session)
    assert match(session, make_mail(subject=number), signed_case_id=None) == Match(None, "")


def test_who_belongs_to_a_case(session: Session, make_case: Make, now: datetime) -> None:
    case = make_case(session)
    add_message(session, case, now, from_address="a@gmail.com", cc_addresses=["cc@partner.example"])
    add_message(session, case, now, from_address="Writer@company.example")
    add_message(
        session,
        case,
        now,
        direction="out",
        from_address="desk@helpdesk.example",
        to_addresses=["to@x.example"],
    )
    add_message(session, case, now, automatic=True, from_address="mailer-daemon@relay.example")

    for address in ("a@gmail.com", "cc@partner.example", "colleague@company.example", "TO@x.example"):
        assert belongs(session, case, address), address
    for address in (
        "b@gmail.com",
        "x@partner.example",
        "y@x.example",
        "x@relay.example",
        "b@helpdesk.example",
    ):
        assert not belongs(session, case, address), address


def test_an_outsider_gains_no_part_by_his_own_mail_nor_do_those_he_names(
    session: Session, case: Case, now: datetime
) -> None:
    asked = add_message(session, case, now, from_address="a@company.example", message_id="a@x.example")
    own = add_message(session, case, now, from_address="evil@evil.example", notes=[OUTSIDER_NOTE])
    own.cc_addresses = ["friend@evil.example"]
    for address in ("evil@evil.example", "friend@evil.example", "other@evil.example"):
        assert not belongs(session, case, address)
    again = make_mail(references=("a@x.example",), from_address="evil@evil.example")
    found = match(session, again, signed_case_id=None)
    assert (found.case, found.outsider) == (case, True)
    assert answered_message(session, case) is asked


def test_an_answer_is_for_the_newest_message_of_who_has_a_part(
    session: Session, make_case: Make, kaminari: Business, now: datetime
) -> None:
    case = make_case(session, business=kaminari)
    assert answered_message(session, case) is None
    add_message(session, case, now, from_address="opener@gmail.com")
    colleague = add_message(session, case, now, from_address="Takahashi@kaminari.example")
    add_message(session, case, now, from_address="x@kaminari.example", automatic=True)
    add_message(session, case, now, from_address="", notes=[OUTSIDER_NOTE])
    assert answered_message(session, case) is colleague


def test_a_call_in_between_takes_the_thread_of_the_mail_away_from_nobody(
    session: Session, case: Case, now: datetime
) -> None:
    asked = add_message(session, case, now, from_address="opener@gmail.com")
    add_message(session, case, now, channel="phone", author_name="田中")
    assert answered_message(session, case) is asked
