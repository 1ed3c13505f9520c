"""振込結果: what became of each transfer of a request, as the bank's file tells it.

No standard: the record of the request comes back with 結果コード and 結果日 in its last seven bytes. Parts of one payment
(see `transfer_request`) are one result; parts that came out differently are refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpdesk.errors import Problem, Refused
from helpdesk.ledger.bank_files.records import Record, place
from helpdesk.ledger.bank_files.sections import Section, Sections

RESULT_CODES: Final = {
    "0": ("paid", "振込済"),
    "1": ("failed", "該当口座なし"),
    "2": ("failed", "受取人名相違"),
    "3": ("failed", "取引停止・口座解約"),
    "4": ("returned", "組戻し"),
    "8": ("failed", "依頼人の取消"),
    "9": ("failed", "その他の振込不能"),
}  # code → outcome and reason
_ATTEMPT, _PART = 10**6, 10**3


@dataclass(frozen=True, slots=True)
class TransferResult:
    """結果: what the bank says of one transfer, and by what it is found: the payment and the attempt."""

    line: int
    payment_id: int
    attempt: int
    bank_code: str
    branch_code: str
    account_kind: str
    account_number: str
    amount_yen: int
    value_on: str  # MMDD of the request
    outcome: str
    reason: str
    outcome_on: date | None


def results_of(read: Sections) -> list[TransferResult]:
    """The results of a file. Raises `Refused` with every problem."""
    found: list[TransferResult] = []
    problems: list[Problem] = []
    for section in read.sections:
        transfers: dict[tuple[int, int], list[tuple[int, Record]]] = defaultdict(list)
        for line, row in section.rows:
            if row["outcome"] is None:
                words = (
                    "空です。依頼に使ったファイルではなく、銀行から受け取った結果のファイルを選んでください"
                )
                problems.append(Problem(place(line, "結果コード"), words))
            else:
                key = (row["payment"] or 0, (row["attempt"] or 0) // _ATTEMPT)
                transfers[key].append((line, row))
        for (payment_id, attempt), parts in transfers.items():
            wrong = list(_part_problems(parts))
            problems += wrong
            if not wrong:
                found.append(_result(section, payment_id, attempt, parts))
    if problems:
        raise Refused(problems)
    return found


def _result(
    section: Section, payment_id: int, attempt: int, parts: list[tuple[int, Record]]
) -> TransferResult:
    line, row = parts[0]
    outcome, reason = RESULT_CODES[row["outcome"]]
    return TransferResult(
        line,
        payment_id,
        attempt,
        row["bank_code"],
        row["branch_code"],
        row["account_kind"],
        row["account_number"],
        sum(part["amount"] for _, part in parts),
        section.header["value_on"],
        outcome,
        reason,
        row["outcome_on"],
    )


def _part_problems(parts: list[tuple[int, Record]]) -> Iterator[Problem]:
    """All parts of a payment are there, once, with one outcome."""
    first_line, first = parts[0]
    wanted = (first["attempt"] or 0) % _PART
    if not first["payment"] or not wanted:
        words = "この窓口が依頼した振込の番号がありません。銀行に確かめてください"
        yield Problem(place(first_line, "顧客コード1"), words)
        return
    seen = set()
    for line, row in parts:
        part = (row["attempt"] or 0) // _PART % _PART
        if part in seen:
            yield Problem(place(line, "顧客コード2"), "同じ振込の結果が2回あります。銀行に確かめてください")
        seen.add(part)
        if row["outcome"] != first["outcome"]:
            words = (
                "分割した振込の結果が分かれています。銀行に確かめ、そろった結果のファイルを受け取ってください"
            )
            yield Problem(place(line, "結果コード"), words)
    if len(parts) == len(seen) and seen != set(range(1, wanted + 1)):
        words = f"分割した振込 {wanted}件のうち {len(parts)}件しかありません。銀行に確かめてください"
        yield Problem(place(first_line, "顧客コード2"), words)
