"""事業者名簿: which business, and who there, has written to us, and why we think so.

First the exact address, then the domain of the address, then what the inquiry form asks for in the text (事業者名,
担当者名, 電話番号). Nothing is guessed: two possible businesses are none, and an operator decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.models import Business, Contact

_REASON_LENGTH = 200  # of Case.business_reason
_TEXT_LENGTH = 50_000

_FREE_MAIL = """
    gmail.com googlemail.com yahoo.co.jp yahoo.com ymail.ne.jp outlook.com outlook.jp hotmail.com hotmail.co.jp
    live.jp live.com msn.com icloud.com me.com mac.com aol.com aol.jp docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp
    i.softbank.jp ymobile.ne.jp rakuten.jp excite.co.jp goo.jp nifty.com ocn.ne.jp biglobe.ne.jp so-net.ne.jp
    plala.or.jp dion.ne.jp eonet.ne.jp proton.me protonmail.com gmx.com mail.com zoho.com
"""
FREE_MAIL_DOMAINS = frozenset(_FREE_MAIL.split())

_LABELS = {
    "business": r"(?:貴社名|御社名|会社名|(?:容量提供|小売電気|一般送配電)?事業者名称?)",
    "person": r"(?:ご?担当者(?:名|氏名)?|お?名前|氏名)",
    "telephone": r"(?:(?:ご?連絡(?:の取れる|先)の?)?(?:お?電話番号?|TEL))",
}
_FIELDS = {
    key: re.compile(
        rf"^[ \t■◆●○・*【\[(<]{{0,8}}{label}(?:\([^)\n]{{0,20}}\))?[ \t]{{0,8}}"
        r"(?:(?:[】\])>][ \t]{0,8}[:=]?|[:=])[ \t]{0,20}(?P<here>[^\s][^\n]{0,200})$"
        r"|[】\])>]?[ \t]{0,8}[:=]?[ \t]{0,20}\n[ \t]{0,20}(?P<below>[^\s][^\n]{0,200})$)",
        re.MULTILINE | re.IGNORECASE,
    )
    for key, label in _LABELS.items()
}
_LEGAL_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
}


@dataclass(frozen=True, slots=True)
class Recognition:
    """Who it is, as far as known, and why (Japanese)."""

    business: Business | None
    contact: Contact | None
    reason: str


def find_contact(session: Session, mail_address: str) -> Contact | None:
    """The contact with exactly this address (upper and lower case are the same)."""
    address = _address(mail_address)
    if not address:
        return None
    found = session.scalars(select(Contact).where(func.lower(Contact.mail_address) == address).limit(2)).all()
    return found[0] if len(found) == 1 else None


def recognise(session: Session, mail_address: str, text: str) -> Recognition:
    """The business and contact (事業者・担当者) behind an address and a text, or none with the reason."""
    found = _recognise(session, _address(mail_address), text)
    return Recognition(found.business, found.contact, found.reason[:_REASON_LENGTH])


def search_businesses(session: Session, text: str, *, limit: int = 20) -> list[Business]:
    """Businesses whose code, name or reading contains the text, whatever its width, kana or legal form."""
    wanted = _folded(text)
    if not wanted:
        return []
    rows = session.execute(
        select(Business.id, Business.code, Business.name, Business.name_kana).order_by(Business.code)
    )
    ids = [row.id for row in rows if any(wanted in _folded(value) for value in row[1:])][:limit]
    return list(session.scalars(select(Business).where(Business.id.in_(ids)).order_by(Business.code)))


def plain_name(name: str) -> str:
    """A company name as it is compared: NFKC, no spaces, ㈱ and (株) written out; 前株 and 後株 stay different."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    for short, form in _LEGAL_FORMS.items():
        plain = plain.replace(short, form)
    return plain.casefold()


def _recognise(session: Session, address: str, text: str) -> Recognition:
    named = _named_businesses(session, text)
    contact = find_contact(session, address)
    if contact is not None:
        reason = f"差出人 {_cut(address, 60)} が担当者として登録済み"
        if any(business.id != contact.business_id for business in named):
            reason += f"。本文の事業者名は{_names(named)}で、登録と異なる"
        return Recognition(contact.business, contact, reason)
    domain = address.rpartition("@")[2]
    if not domain or domain in FREE_MAIL_DOMAINS:
        return _by_text(session, text, named, "フリーメール" if domain else "アドレスなし")
    owners = list(session.scalars(select(Business).where(func.lower(Business.mail_domain) == domain)))
    if not owners:
        return _by_text(session, text, named, "未登録のアドレス")
    agreed = [owner for owner in owners if owner in named] if named else owners
    if len(agreed) == 1 and len(named) <= 1:
        business = agreed[0]
        return Recognition(
            business,
            _person(session, business, text),
            f"差出人のドメイン {_cut(domain, 60)} が{_names(agreed)}のもの",
        )
    if named:
        reason = f"ドメイン {_cut(domain, 40)} は{_names(owners)}、本文の事業者名は{_names(named)}で一致しない。選んでください"
    else:
        reason = f"ドメイン {_cut(domain, 40)} を{_names(owners)}が共用しており、決められない。選んでください"
    return Recognition(None, None, reason)


def _by_text(session: Session, text: str, named: list[Business], sender: str) -> Recognition:
    """By the fields of the text alone: an unknown sender's claim, and said to be one."""
    if len(named) == 1:
        person = _person(session, named[0], text)
        return Recognition(
            named[0],
            person,
            f"本文の事業者名が{_names(named)}と一致（差出人は{sender}のため、名乗りの確認が必要）",
        )
    if named:
        return Recognition(
            None, None, f"本文の事業者名に{_names(named)}が当てはまり、決められない。選んでください"
        )
    people, telephones = _values("person", text), _values("telephone", text)
    if people and telephones:
        rows = session.scalars(select(Contact).where(Contact.telephone != ""))
        found = [contact for contact in rows if _same_person(contact, people, telephones)]
        if len(found) == 1:
            reason = f"本文の担当者名と電話番号が登録と一致（差出人は{sender}のため、名乗りの確認が必要）"
            return Recognition(found[0].business, found[0], reason)
    return Recognition(None, None, f"差出人は{sender}で、本文からも事業者を特定できない。選んでください")


def _named_businesses(session: Session, text: str) -> list[Business]:
    names = {plain_name(value) for value in _values("business", text)}
    if not names:
        return []
    rows = session.execute(select(Business.id, Business.name)).all()
    ids = [row.id for row in rows if plain_name(row.name) in names]
    return list(session.scalars(select(Business).where(Business.id.in_(ids)).order_by(Business.id)))


def _person(session: Session, business: Business, text: str) -> Contact | None:
    """The one contact of the business whom the text names, if any."""
    people = _values("person", text)
    rows = session.scalars(select(Contact).where(Contact.business_id == business.id))
    found = [contact for contact in rows if _same_person(contact, people, None)]
    return found[0] if len(found) == 1 else None


def _same_person(contact: Contact, people: list[str], telephones: list[str] | None) -> bool:
    if plain_name(contact.name) not in {
        plain_name(re.sub(r"\s*(様|さん)$", "", person)) for person in people
    }:
        return False
    return telephones is None or _digits(contact.telephone) in {_digits(value) for value in telephones} - {""}


def _values(key: str, text: str) -> list[str]:
    """What stands behind a label of the form; quoted lines do not count, they may be another's words."""
    plain = unicodedata.normalize("NFKC", text[:_TEXT_LENGTH]).replace("\r\n", "\n")
    found = _FIELDS[key].finditer(plain)
    return [(match["here"] or match["below"]).strip().removesuffix("御中").strip() for match in found]


def _digits(telephone: str) -> str:
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", telephone))


def _address(mail_address: str) -> str:
    address = mail_address.strip().lower()
    return address if address.isprintable() and "@" in address else ""


def _folded(value: str) -> str:
    """For searching: as compared, and hiragana as katakana."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in plain_name(value))


def _names(businesses: Iterable[Business]) -> str:
    names = [f"「{_cut(business.name, 30)}」" for business in businesses]
    return "と".join(names[:2]) + (f"など{len(names)}社" if len(names) > 2 else "")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
