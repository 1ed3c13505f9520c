"""勘定科目: which accounts the books have, what each is for, and which of them an invoice touches. The table is the TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

KINDS: Final = {"asset": "資産", "liability": "負債", "equity": "純資産", "income": "収益", "expense": "費用"}
GROWS_BY_DEBIT: Final = frozenset({"asset", "expense"})
OF_ONE_YEAR: Final = frozenset({"income", "expense"})  # carried forward when the year is closed


@dataclass(frozen=True, slots=True)
class Account:
    """勘定科目: `key` is its name in the code, `invoices` the kinds of invoices that it is the account of."""

    code: str
    key: str
    name: str
    kind: str
    meaning: str
    invoices: tuple[str, ...] = ()

    @property
    def grows_by_debit(self) -> bool:
        """借方科目: its balance is debits less credits; of the others credits less debits."""
        return self.kind in GROWS_BY_DEBIT

    def balance_yen(self, debit_yen: int, credit_yen: int) -> int:
        """残高 on the side where it grows."""
        return debit_yen - credit_yen if self.grows_by_debit else credit_yen - debit_yen

    @property
    def label(self) -> str:
        """`121 容量拠出金未収金`."""
        return f"{self.code} {self.name}"


def _read() -> Mapping[str, Account]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["account"]
    accounts = [Account(**{**row, "invoices": tuple(row.get("invoices", ()))}) for row in rows]
    return MappingProxyType({account.code: account for account in accounts})


ACCOUNTS: Final = _read()
_BY_KEY: Final = {account.key: account for account in ACCOUNTS.values()}


def account(key: str) -> Account:
    """The account of a name in the code. Raises `KeyError` for a name that the chart does not have."""
    return _BY_KEY[key]


def code_of(key: str) -> str:
    """The code of an account by its name in the code."""
    return _BY_KEY[key].code


def receivable_of(invoice_kind: str) -> Account:
    """未収金: where an invoice of a kind stands until it is paid."""
    return _account_of(invoice_kind, "asset")


def counterpart_of(invoice_kind: str) -> Account:
    """相手科目: what an invoice of a kind is asked for."""
    return _account_of(invoice_kind, "liability", "income")


def receivables() -> list[Account]:
    """All accounts of what is owed to us."""
    return [each for each in ACCOUNTS.values() if each.kind == "asset" and each.invoices]


def _account_of(invoice_kind: str, *kinds: str) -> Account:
    [found] = [each for each in ACCOUNTS.values() if each.kind in kinds and invoice_kind in each.invoices]
    return found
