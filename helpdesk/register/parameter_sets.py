"""設定値: which unpublished numbers and policies is this desk computing with now?

The parameter set of the highest version in force counts. Its text is TOML as `calc_core.configuration` takes it, with
the conditions of the outage multiplier (`multiplier_conditions`) beside the rules.
"""

import tomllib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import exact
from calc_core.multiplier_conditions import KEY
from helpdesk.register.models import ParameterSet


@dataclass(frozen=True, slots=True)
class InForce:
    """適用中の設定値: by rule id, the multiplier conditions as configured, and the set they stand in (none: nothing)."""

    configuration: dict[str, Any] = field(default_factory=dict)
    multiplier_conditions: list[dict[str, Any]] = field(default_factory=list)
    parameter_set_id: int | None = None


def parameters_in_force(session: Session) -> InForce:
    """What is configured now; nothing where no set is in force."""
    found = session.scalars(
        select(ParameterSet)
        .where(ParameterSet.state == "in_force")
        .order_by(ParameterSet.version.desc())
        .limit(1)
    ).first()
    if found is None:
        return InForce()
    configuration = tomllib.loads(found.content, parse_float=exact.NumberText)
    conditions = configuration.pop(KEY, [])
    return InForce(configuration, conditions, found.id)
