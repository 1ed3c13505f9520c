"""招待の入力: whom the desk invites, and the password that the invited person chooses."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.errors import Problem, Refused
from helpdesk.forms.fields import FormReader


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """招待 as typed."""

    business_id: int | None
    display_name: str
    mail_address: str
    confirmed: bool


def read_invitation(values: Mapping[str, str]) -> InvitationForm:
    """The form of an invitation. Raises `Refused` only for what is no number; the rest is checked together later."""
    reader = FormReader(values)
    form = InvitationForm(
        business_id=reader.whole("business_id", "事業者"),
        display_name=values.get("display_name", ""),
        mail_address=values.get("mail_address", ""),
        confirmed=values.get("confirmed") == "1",
    )
    reader.refuse_if_wrong()
    return form


def read_password(values: Mapping[str, str]) -> str:
    """The chosen password, typed twice. Raises `Refused`."""
    password = values.get("password", "")
    if password != values.get("again", ""):
        raise Refused([Problem("パスワード（確認）", "二つの入力が一致しません")])
    return password
