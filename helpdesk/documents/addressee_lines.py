"""宛名・差出人・振込先: how a business is addressed on a notice or an invoice, who writes, and where is it paid?"""

import unicodedata
from collections.abc import Sequence

from cases.models import Business
from helpdesk.documents.document import Fact
from helpdesk.register.models.addressing import ACCOUNT_KINDS, BillingAddressee
from helpdesk.settings import Settings


def addressee_lines(business: Business, addressee: BillingAddressee | None) -> list[str]:
    """〒 and address, the business, then its department or person; 御中 or 様 stands once, at the end."""
    if addressee is None:
        return [f"{business.name}　御中"]
    lines = [f"〒{addressee.postal_code}"] if addressee.postal_code else []
    lines += [addressee.address] if addressee.address else []
    lines.append(business.name)
    if addressee.department:
        lines.append(addressee.department)
    if addressee.person:
        lines.append(f"{addressee.person}　様")
    else:
        lines[-1] += "　御中"
    return lines


def sender_lines(settings: Settings) -> Sequence[str]:
    """The desk and where it is reached."""
    return [settings.desk_name, settings.desk_address]


def pay_to_facts(settings: Settings) -> list[Fact]:
    """The account that invoices are paid to, our own; empty where it is not set. Kana are shown in their full width."""
    if not (settings.own_bank_code and settings.own_account_number):
        return []
    bank, branch, holder = (
        unicodedata.normalize("NFKC", kana)
        for kana in (
            settings.own_bank_name_kana,
            settings.own_branch_name_kana,
            settings.transfer_client_kana,
        )
    )
    return [
        Fact("金融機関", f"{bank}（{settings.own_bank_code}）"),
        Fact("支店", f"{branch}（{settings.own_branch_code}）"),
        Fact("預金種目", ACCOUNT_KINDS.get(settings.own_account_kind, settings.own_account_kind)),
        Fact("口座番号", settings.own_account_number),
        Fact("口座名義", holder),
    ]
