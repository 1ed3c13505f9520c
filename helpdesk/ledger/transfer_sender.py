"""振込依頼人: who orders transfers, and from which account? The settings of the instance, as a bank takes them."""

import re
from collections.abc import Iterator

from helpdesk.errors import Problem, Refused
from helpdesk.ledger.bank_files.transfer_request import Sender
from helpdesk.ledger.kana import bank_kana, kana_problem
from helpdesk.settings import Settings

_NUMBERS = {
    "transfer_client_code": (10, "振込依頼人コード"),
    "own_bank_code": (4, "振込元の銀行番号"),
    "own_branch_code": (3, "振込元の支店番号"),
    "own_account_number": (7, "振込元の口座番号"),
}
_NAMES = {
    "transfer_client_kana": (40, "振込依頼人名"),
    "own_bank_name_kana": (15, "振込元の銀行名"),
    "own_branch_name_kana": (15, "振込元の支店名"),
}
_KINDS = {"1": "普通", "2": "当座", "9": "その他"}


def sender_of(settings: Settings) -> Sender:
    """The sender. Raises `Refused` naming each setting that is empty or that a bank does not take."""
    problems = list(_problems(settings))
    if problems:
        raise Refused(problems)
    return Sender(
        settings.transfer_client_code.zfill(10),
        bank_kana(settings.transfer_client_kana),
        settings.own_bank_code,
        bank_kana(settings.own_bank_name_kana),
        settings.own_branch_code,
        bank_kana(settings.own_branch_name_kana),
        settings.own_account_kind,
        settings.own_account_number.zfill(7),
    )


def _problems(settings: Settings) -> Iterator[Problem]:
    for name, (digits, label) in _NUMBERS.items():
        value = getattr(settings, name)
        exact = name in ("own_bank_code", "own_branch_code")
        pattern = rf"[0-9]{{{digits}}}" if exact else rf"[0-9]{{1,{digits}}}"
        if not re.fullmatch(pattern, value, re.ASCII):
            words = f"{label}を数字{digits}桁{'' if exact else '以内'}で設定してください"
            yield Problem(f"設定 {name}", words)
    for name, (most, label) in _NAMES.items():
        if words := kana_problem(bank_kana(getattr(settings, name)), most=most):
            yield Problem(f"設定 {name}", f"{label}：{words}")
    if settings.own_account_kind not in _KINDS:
        known = "・".join(f"{key}（{label}）" for key, label in _KINDS.items())
        yield Problem("設定 own_account_kind", f"振込元の預金種目を {known} のどれかで設定してください")
