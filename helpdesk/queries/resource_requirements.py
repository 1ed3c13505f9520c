"""余力活用契約・実効性テストの状態: is a requirement met, since when, who said so before, and what does it cost if not?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.errors import InputRefused
from calc_core.explanation import Result
from helpdesk.register.models import REQUIREMENTS, Contract, ImportedFile, RequirementState
from helpdesk.register.parameter_sets import parameters_in_force

NOT_CONFIGURED = "未設定です"  # how the core's message begins


@dataclass(frozen=True, slots=True)
class Requirement:
    """一つのリクワイアメント: its versions, the newest first with the file of each, and what follows from the newest.

    `problems`: why what follows cannot be computed; a number that is published nowhere and was not configured.
    """

    key: str
    label: str
    versions: Sequence[tuple[RequirementState, ImportedFile | None]]
    result: Result | None
    problems: tuple[str, ...]

    @property
    def state(self) -> RequirementState | None:
        """What is in force."""
        return self.versions[0][0] if self.versions else None

    @property
    def is_unconfigured(self) -> bool:
        """Whether nothing is wrong but that the rate is published nowhere and not configured."""
        return bool(self.problems) and all(each.startswith(NOT_CONFIGURED) for each in self.problems)


def requirements(session: Session, resource_id: int, fiscal_year: int) -> list[Requirement]:
    """Both requirements of a resource's year, in three statements."""
    rows = session.execute(
        select(RequirementState, ImportedFile)
        .outerjoin(ImportedFile, ImportedFile.id == RequirementState.file_id)
        .where(RequirementState.resource_id == resource_id, RequirementState.fiscal_year == fiscal_year)
        .order_by(RequirementState.version.desc())
    ).all()
    contract = session.scalars(
        select(Contract).where(Contract.resource_id == resource_id, Contract.fiscal_year == fiscal_year)
    ).one_or_none()
    configured = parameters_in_force(session).configuration
    found = []
    for key, label in REQUIREMENTS.items():
        versions = [(state, file) for state, file in rows if state.requirement == key]
        result, problems = (
            _what_follows(key, versions[0][0], contract, configured) if versions else (None, ())
        )
        found.append(Requirement(key, label, versions, result, problems))
    return found


def _what_follows(
    key: str, state: RequirementState, contract: Contract | None, configured: dict[str, Any]
) -> tuple[Result | None, tuple[str, ...]]:
    """The penalty of the rule of the same name; nothing where the requirement is met."""
    if state.state == "met":
        return None, ()
    if contract is None:
        return None, ("この年度の契約がないため、求められません",)
    amount_yen = contract.contract_kw * contract.price_yen_per_kw - contract.transitional_deduction_yen
    inputs = {
        "contract_amount_yen": amount_yen,
        "state": state.state,
        "on": state.on.isoformat(),
        "reason": state.reason,
    }
    try:
        return catalogue.evaluate(f"penalty/{key}", state.fiscal_year, inputs, configured or None), ()
    except InputRefused as refused:
        return None, tuple(each.message for each in refused.problems)
