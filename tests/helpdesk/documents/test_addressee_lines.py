"""A letter is addressed as the business wishes: 御中 or 様, never both."""

from pathlib import Path

from cases.models import Business
from helpdesk.documents.addressee_lines import addressee_lines, pay_to_facts
from helpdesk.register.models.addressing import BillingAddressee
from tests.helpdesk.conftest import settings_for

BUSINESS = Business(code="P001", name="北浜エナジー株式会社")


def test_without_an_addressee_the_business_is_addressed() -> None:
    assert addressee_lines(BUSINESS, None) == ["北浜エナジー株式会社　御中"]


def test_a_department_is_addressed_as_such() -> None:
    addressee = BillingAddressee(
        postal_code="530-0001", address="大阪市北区1-1", department="経理部", person=""
    )
    assert addressee_lines(BUSINESS, addressee) == [
        "〒530-0001",
        "大阪市北区1-1",
        "北浜エナジー株式会社",
        "経理部　御中",
    ]


def test_a_person_is_addressed_by_name() -> None:
    addressee = BillingAddressee(postal_code="", address="", department="経理部", person="田中 由紀")
    assert addressee_lines(BUSINESS, addressee) == ["北浜エナジー株式会社", "経理部", "田中 由紀　様"]


def test_invoices_are_paid_to_our_own_account_where_it_is_set() -> None:
    own = {
        "own_bank_code": "0001",
        "own_bank_name_kana": "ﾃﾞﾝｷ",
        "own_branch_code": "123",
        "own_branch_name_kana": "ﾎﾝﾃﾝ",
        "own_account_kind": "1",
        "own_account_number": "7654321",
        "transfer_client_kana": "ﾖｳﾘﾖｳｼｼﾞﾖｳ",
    }
    facts = pay_to_facts(settings_for(Path(), "", **own))
    assert [(fact.label, fact.value) for fact in facts] == [
        ("金融機関", "デンキ（0001）"),
        ("支店", "ホンテン（123）"),
        ("預金種目", "普通"),
        ("口座番号", "7654321"),
        ("口座名義", "ヨウリヨウシジヨウ"),
    ]
    assert pay_to_facts(settings_for(Path(), "")) == []
