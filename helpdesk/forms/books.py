"""帳簿の入力: which months, account and kind of entries are asked for, and why a period is closed with something open."""

from collections.abc import Mapping, Sequence

from helpdesk.errors import NotFound
from helpdesk.forms.fields import FormReader
from helpdesk.ledger.chart_of_accounts import ACCOUNTS, Account
from helpdesk.ledger.journal import KINDS
from helpdesk.ledger.journal_list import JournalFilter


def read_months(
    values: Mapping[str, str], offered: Sequence[str], default: tuple[str, str]
) -> tuple[str, str]:
    """The first and the last month, the earlier one first; what is not offered is the default."""
    first, last = values.get("from", ""), values.get("to", "")
    first = first if first in offered else default[0]
    last = last if last in offered else default[1]
    return min(first, last), max(first, last)


def read_journal_filter(
    values: Mapping[str, str], offered: Sequence[str], default: tuple[str, str]
) -> JournalFilter:
    """What the journal shows; a word that is not known filters nothing."""
    first, last = read_months(values, offered, default)
    account, kind = values.get("account", ""), values.get("kind", "")
    return JournalFilter(
        first,
        last,
        account=account if account in ACCOUNTS else "",
        kind=kind if kind in KINDS else "",
        text=values.get("q", "").replace("\x00", "").strip()[:60],
    )


def read_account(code: str) -> Account:
    """The account of a code in an address, or `NotFound`."""
    if code not in ACCOUNTS:
        raise NotFound("その勘定科目はありません")
    return ACCOUNTS[code]


def read_reason(values: Mapping[str, str]) -> str:
    """締める理由. Raises `Refused` when it is too long; whether one is needed says the checklist."""
    reader = FormReader(values)
    reason = reader.text("reason", "締める理由", most=500)
    reader.refuse_if_wrong()
    return reason
