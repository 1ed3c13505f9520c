"""利用者の入力: what the administration's forms carry."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from helpdesk.forms.fields import FormReader


@dataclass(frozen=True, slots=True)
class UserForm:
    """One user as typed; `helpdesk.users.accounts` judges it."""

    login: str
    display_name: str
    mail_address: str
    roles: frozenset[str]
    business_id: int | None
    is_active: bool
    password: str
    version: int


def read_user(values: MultiDict) -> UserForm:
    """The user's form."""
    reader = FormReader(values)
    form = UserForm(
        login=reader.text("login", "ログイン ID", most=100),
        display_name=reader.text("display_name", "氏名", most=100),
        mail_address=reader.text("mail_address", "メールアドレス", most=320),
        roles=frozenset(values.getlist("roles")),
        business_id=reader.whole("business_id", "事業者"),
        is_active=values.get("is_active") == "1",
        password=values.get("password", ""),
        version=reader.whole("version", "版") or 0,
    )
    reader.refuse_if_wrong()
    return form
