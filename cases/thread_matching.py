"""返信の照合: which case does a mail belong to, and by what sign.

In this order: one of our own signed Message-IDs that it answers; the Message-IDs stored with the cases (In-Reply-To,
then References from the newest); the case number in the subject, but only if the sender belongs to that case —
otherwise anybody who has heard a number could write into another's case. Nothing else joins a mail to a case.
An id may have been forwarded: who joins by it without a part in the case is an outsider, and no answer goes to him.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.directory import FREE_MAIL_DOMAINS
from cases.incoming_mail import IncomingMail
from cases.models import Case, Contact, Message
from cases.numbering import find_numbers

OUTSIDER_NOTE = "差出人はこの案件の関係者ではありません。宛先を確かめてください"
LONGEST_ID = 500  # of Message.message_id; a longer one is compared by its beginning
_IDS_ASKED = 100

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x301C: 0x7E}
_PREFIX_WORDS = r"re|aw|sv|vs|antw|fwd?|wg|tr|返信|転送|回复|答复"
_PREFIX = re.compile(
    rf"\s*(?:(?:{_PREFIX_WORDS})\s?(?:[\[(^]?\s?\d{{1,3}}\s?[\])]?)?\s?:"  # Re: / RE[2]: / 返信:
    rf"|[\[(<【]\s?(?:{_PREFIX_WORDS})\s?:?\s?[\])>】]\s?:?"  # [FW] / 【転送】
    rf"|(?P<around>\[)\s?(?:fwd?)\s?:)\s*",  # [Fwd: subject]
    re.IGNORECASE,
)
_OWN_TAG = re.compile(r"\s*[\[【]容量市場\s+[0-9]{4}-[0-9]{6}-[0-9][\]】]\s*")


@dataclass(frozen=True, slots=True)
class Match:
    """照合結果: the case, or None, and why (Japanese). A reason without a case: a sign that was not trusted."""

    case: Case | None
    reason: str
    outsider: bool = False  # joined by an id, but the sender has no part in the case


def match(session: Session, mail: IncomingMail, *, signed_case_id: int | None) -> Match:
    """The case that a mail belongs to. `signed_case_id`: named by a signed Message-ID that was verified outside."""
    if signed_case_id is not None and (case := session.get(Case, signed_case_id)):
        reason = f"この窓口が送ったメールへの返信（案件 {case.number}）"
        return Match(case, reason, outsider=not belongs(session, case, mail.from_address))
    found = _by_stored_id(session, mail)
    return found if found is not None else _by_number(session, mail)


def belongs(session: Session, case: Case, address: str) -> bool:
    """Whether an address has a part in a case: wrote or was written to, is a contact, or is of the same company."""
    return address in parties(session, case)


@dataclass(frozen=True, slots=True)
class Parties:
    """関係者: the addresses that have a part in a case, and the companies' domains; asked with `in`."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def __contains__(self, address: str) -> bool:
        address = address.strip().lower()
        local, _, domain = address.rpartition("@")
        return bool(local and domain) and (address in self.addresses or domain in self.domains)


def parties(session: Session, case: Case) -> Parties:
    """Who has a part in a case. Nobody gains one by a mail of his own that only an id joined to the case."""
    addresses, domains = {(case.contact.mail_address or "") if case.contact else ""}, set()
    if case.business_id is not None:
        domains.add((case.business.mail_domain or "").lower())
        addresses.update(
            session.scalars(select(Contact.mail_address).where(Contact.business_id == case.business_id))
        )
    rows = session.execute(
        select(
            Message.direction,
            Message.from_address,
            Message.to_addresses,
            Message.cc_addresses,
            Message.notes,
        ).where(Message.case_id == case.id, Message.automatic.is_(False))
    )
    for row in rows:
        if row.direction == "out":
            addresses.update((*row.to_addresses, *row.cc_addresses))
        elif OUTSIDER_NOTE not in row.notes:
            addresses.update((row.from_address, *row.cc_addresses))
            domains.add(row.from_address.lower().rpartition("@")[2])
    known = frozenset(address.strip().lower() for address in addresses if address)
    return Parties(known, frozenset(domains - FREE_MAIL_DOMAINS - {""}))


def answered_message(session: Session, case: Case) -> Message | None:
    """The newest message of a person who has a part in the case: what an answer answers, and whom it goes to."""
    known = parties(session, case)
    rows = session.execute(
        select(Message.id, Message.from_address, Message.notes)
        .where(
            Message.case_id == case.id,
            Message.direction == "in",
            Message.channel
            != "phone",  # what was said has no address and no Message-ID: the mail before it has
            Message.automatic.is_(False),
        )
        .order_by(Message.id.desc())
    )
    for row in rows:
        if row.from_address in known or (not row.from_address and OUTSIDER_NOTE not in row.notes):
            return session.get(Message, row.id)
    return None


def clean_subject(subject: str) -> str:
    """The subject without reply and forward prefixes (RE：, 返信:, [FW], Re[2]: …) and without our own case tag."""
    while True:
        plain = subject.translate(_HALF_WIDTH)  # one character for one: positions stay
        prefix, tag = _PREFIX.match(plain), _OWN_TAG.search(plain)
        if prefix and prefix["around"] and plain.rstrip().endswith("]"):
            subject = subject[prefix.end() :].rstrip()[:-1]
        elif prefix:
            subject = subject[prefix.end() :]
        elif tag:
            subject = f"{subject[: tag.start()]} {subject[tag.end() :]}"
        else:
            return " ".join(subject.split())


def _by_stored_id(session: Session, mail: IncomingMail) -> Match | None:
    wanted = dict.fromkeys(identifier[:LONGEST_ID] for identifier in mail.in_reply_to if identifier)
    wanted |= dict.fromkeys(identifier[:LONGEST_ID] for identifier in reversed(mail.references) if identifier)
    identifiers = list(wanted)[:_IDS_ASKED]
    if not identifiers:
        return None
    rows = session.execute(
        select(Message.message_id, Message.case_id)
        .where(Message.message_id.in_(identifiers))
        .order_by(Message.id)
    )
    case_ids = {row.message_id: row.case_id for row in rows}  # the newest message wins where two share an id
    for identifier in identifiers:
        if identifier in case_ids:
            case = session.get(Case, case_ids[identifier])
            reason = f"案件 {case.number} のメールへの返信（Message-ID が一致）"
            return Match(case, reason, outsider=not belongs(session, case, mail.from_address))
    return None


def _by_number(session: Session, mail: IncomingMail) -> Match:
    refused = []
    for number in find_numbers(mail.subject)[:5]:
        case = session.scalars(select(Case).where(Case.number == number)).one_or_none()
        if case is None:
            continue
        if belongs(session, case, mail.from_address):
            return Match(case, f"件名の案件番号 {number}（差出人はこの案件の関係者）")
        refused.append(number)
    if not refused:
        return Match(None, "")
    shown = "、".join(refused)
    return Match(None, f"件名に案件番号 {shown} があるが、差出人がその案件の関係者ではないため結び付けない")
