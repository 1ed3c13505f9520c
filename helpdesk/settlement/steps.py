"""承認の四段階: the steps of the chain as a table: which state each leaves and reaches, whose step it is."""

from dataclasses import dataclass

from helpdesk.errors import NotFound
from helpdesk.users.roles import ROLES

RETURN = 0  # 差戻し, kept beside the steps


@dataclass(frozen=True, slots=True)
class Step:
    """承認の段階: its number, the states before and after it, what it is called, the role and the ability it takes."""

    number: int
    state_from: str
    state_to: str
    label: str
    role: str
    ability: str

    @property
    def role_label(self) -> str:
        """The role in Japanese."""
        return ROLES[self.role]


STEPS = (
    Step(1, "provisional", "checked", "担当者の確認", "payment_staff", "approve_as_staff"),
    Step(2, "checked", "approved", "責任者の承認", "payment_head", "approve_as_head"),
    Step(3, "approved", "accounted", "経理担当者の確認", "accounting_staff", "approve_as_accounting_staff"),
    Step(
        4, "accounted", "fixed", "経理責任者の承認（確定）", "accounting_head", "approve_as_accounting_head"
    ),
)


def step_by_number(number: int) -> Step:
    """The step 1 … 4, or `NotFound`."""
    step = next((each for each in STEPS if each.number == number), None)
    if step is None:
        raise NotFound("その承認の段階はありません")
    return step
