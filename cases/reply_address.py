"""返信先: where an acknowledgement or an answer to a mail goes (From or Reply-To), and where none must go."""

import re
from collections.abc import Container

from cases.directory import FREE_MAIL_DOMAINS

_ROBOT = re.compile(
    r"(?:.*[._+-])?(?:no|do[-_.]?not)[-_.]?reply(?:[._+=-].*|\d*)"
    r"|(?:mailer|mail)[-_.]?daemon|postmaster|bounces?(?:[._+=-].*)?|null|devnull",
    re.IGNORECASE,
)


def reply_address(from_address: str, reply_to: str, *, known: Container[str]) -> str:
    """The Reply-To of a mail where it can be believed, else its From (RFC 5322, 3.6.2).

    Believed is an address of the sender's own company, or one in `known`; a From is easily forged, and figures must
    not be led to somebody else's mailbox. At a free-mail provider the same domain says nothing. A robot reads nothing.
    """
    if not reply_to or is_robot(reply_to) or reply_to.lower() == from_address.lower():
        return from_address
    domain = reply_to.lower().rpartition("@")[2]
    same_company = domain == from_address.lower().rpartition("@")[2] and domain not in FREE_MAIL_DOMAINS
    return reply_to if same_company or reply_to in known else from_address


def is_robot(address: str) -> bool:
    """Whether nobody reads what is sent there (no-reply, mailer-daemon, postmaster …)."""
    return bool(_ROBOT.fullmatch(address.rpartition("@")[0]))


class Anybody:
    """誰でも: for what tells nothing but that a mail has come, such as the acknowledgement."""

    def __contains__(self, address: object) -> bool:
        return True
