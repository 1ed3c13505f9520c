"""Recognising who has written."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.directory import find_contact, recognise, search_businesses
from cases.models import Business, Contact

pytestmark = pytest.mark.both_databases  # what is like what is asked otherwise there

FORM = """いつもお世話になっております。

【事業者名】　　　かみなり発電㈱
■担当者名：山田太郎 様
・連絡の取れる電話番号（代表可）：０３－１２３４－５６７８

ペナルティの内訳を教えてください。
"""


@pytest.fixture
def hayate(session: Session) -> Business:
    """A second business without a domain."""
    business = Business(code="B002", name="㈱はやて小売", kind="retailer")
    business.contacts.append(Contact(name="山田 太郎", telephone="0312345678"))
    session.add(business)
    session.flush()
    return business


def test_a_registered_address_is_the_contact(session: Session, kaminari: Business) -> None:
    found = recognise(session, " Yamada@KAMINARI.example ", "")
    assert (found.business, found.contact.name) == (kaminari, "山田 太郎")
    assert found.reason == "差出人 yamada@kaminari.example が担当者として登録済み"
    assert find_contact(session, "yamada@kaminari.example") is found.contact


def test_a_registered_address_wins_over_the_text_but_the_difference_is_said(
    session: Session, kaminari: Business, hayate: Business
) -> None:
    found = recognise(session, "yamada@kaminari.example", "事業者名：株式会社はやて小売")
    assert found.business is kaminari
    assert found.reason.endswith("。本文の事業者名は「㈱はやて小売」で、登録と異なる")


def test_a_domain_is_its_business_and_the_text_names_the_person(session: Session, kaminari: Business) -> None:
    found = recognise(session, "new@kaminari.example", "担当者：髙橋 次郎さん")
    assert (found.business, found.contact.name) == (kaminari, "髙橋 次郎")
    assert found.reason == "差出人のドメイン kaminari.example が「かみなり発電株式会社」のもの"
    assert recognise(session, "new@kaminari.example", "").contact is None


def test_a_longer_domain_is_another(session: Session, kaminari: Business) -> None:
    assert recognise(session, "x@evil-kaminari.example", "").business is None
    assert recognise(session, "x@kaminari.example.evil.example", "").business is None


def test_a_shared_domain_needs_the_name_in_the_text(session: Session, kaminari: Business) -> None:
    session.add(
        Business(code="A002", name="かみなり販売株式会社", kind="retailer", mail_domain="KAMINARI.example")
    )
    session.flush()
    found = recognise(session, "new@kaminari.example", "")
    assert (found.business, found.contact) == (None, None)
    assert "共用しており、決められない" in found.reason
    assert recognise(session, "new@kaminari.example", FORM).business is kaminari


def test_a_domain_against_the_text_is_nobody(session: Session, kaminari: Business, hayate: Business) -> None:
    found = recognise(session, "new@kaminari.example", "事業者名: (株)はやて小売")
    assert found.business is None
    assert found.reason == (
        "ドメイン kaminari.example は「かみなり発電株式会社」、本文の事業者名は「㈱はやて小売」で一致しない。"
        "選んでください"
    )


@pytest.mark.parametrize(
    "text",
    [
        "事業者名：株式会社はやて小売",
        "事業者名 ： （株）はやて小売　御中",
        "【会社名】\n株式会社 はやて小売\n",
        "小売電気事業者名=㈱はやて小売",
        "本文\r\n事業者名：㈱はやて小売\r\n担当者名：誰か\r\n",
    ],
)
def test_the_form_names_the_business_for_an_unknown_sender(
    session: Session, hayate: Business, text: str
) -> None:
    found = recognise(session, "someone@gmail.com", text)
    assert found.business is hayate
    assert "差出人はフリーメールのため、名乗りの確認が必要" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "事業者名：はやて小売",
        "事業者名：はやて小売株式会社",
        "> 事業者名：株式会社はやて小売",
        "株式会社はやて小売の件でお尋ねします",
        "事業者名：",
    ],
)
def test_only_the_exact_name_in_the_form_counts(session: Session, hayate: Business, text: str) -> None:
    found = recognise(session, "someone@unknown.example", text)
    assert (found.business, found.contact) == (None, None)
    assert found.reason == "差出人は未登録のアドレスで、本文からも事業者を特定できない。選んでください"


def test_a_free_mail_domain_is_nobodys(session: Session, kaminari: Business) -> None:
    kaminari.mail_domain = "gmail.com"
    session.flush()
    assert recognise(session, "someone@gmail.com", "").business is None


def test_person_and_telephone_together_are_enough(session: Session, kaminari: Business) -> None:
    text = "担当者名：山田太郎\n電話番号：０３（１２３４）５６７８"
    found = recognise(session, "", text)
    assert (found.business, found.contact.name) == (kaminari, "山田 太郎")
    assert found.reason == (
        "本文の担当者名と電話番号が登録と一致（差出人はアドレスなしのため、名乗りの確認が必要）"
    )
    assert recognise(session, "", "担当者名：山田太郎").business is None
    assert recognise(session, "", "担当者名：山田太郎\n電話番号：なし").business is None


def test_the_same_person_and_telephone_at_two_businesses_is_nobody(
    session: Session, kaminari: Business, hayate: Business
) -> None:
    assert recognise(session, "", "担当者名：山田太郎\n電話番号：03-1234-5678").business is None


def test_two_businesses_named_or_of_one_name_is_nobody(
    session: Session, kaminari: Business, hayate: Business
) -> None:
    found = recognise(session, "", "事業者名：㈱はやて小売\n事業者名：かみなり発電株式会社")
    assert found.business is None
    assert found.reason.startswith("本文の事業者名に「かみなり発電株式会社」と「㈱はやて小売」が当てはまり")


def test_the_reason_fits_its_column(session: Session) -> None:
    name = "長" * 190 + "株式会社"
    session.add_all(
        [Business(code=f"L{n}", name=name, kind="retailer", mail_domain="l.example") for n in range(9)]
    )
    session.flush()
    assert len(recognise(session, "x" * 300 + "@l.example", f"事業者名：{name}").reason) <= 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(address=st.text(), text=st.text("事業者名担当電話番号:：\n>【】 a0"))
def test_any_sender_and_text_is_answered_with_a_reason(session: Session, address: str, text: str) -> None:
    assert recognise(session, address, text).reason


@pytest.mark.parametrize(
    "address", ["", "@", "a@", "\x00@kaminari.example", "\ud800@kaminari.example", "x" * 9999]
)
def test_a_broken_address_is_nobody(session: Session, kaminari: Business, address: str) -> None:
    assert find_contact(session, address) is None
    assert recognise(session, address, "\x00事業者名：\ud800").business is None


@pytest.mark.parametrize(
    "text", ["かみなり", "カミナリハツ", "かみなりはつ", "a001", "Ａ００１", "発電㈱", "発電(株)"]
)
def test_businesses_are_searched_by_name_reading_and_code(
    session: Session, kaminari: Business, hayate: Business, text: str
) -> None:
    assert search_businesses(session, text) == [kaminari]


def test_searching_for_nothing_or_wildcards_finds_nothing(session: Session, kaminari: Business) -> None:
    assert search_businesses(session, " ") == []
    assert search_businesses(session, "%") == []


def test_a_search_is_limited(session: Session, kaminari: Business, hayate: Business) -> None:
    assert search_businesses(session, "株式会社", limit=1) == [kaminari]
