"""A browser without a screen: keeps its cookies, sends the forms' tokens, knows what a page says."""

import re
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse

from helpdesk.desk import Desk
from helpdesk.users.models import User
from helpdesk.users.sign_in import open_sign_in

_NAMED = {
    "number": "2026-000001-5",
    "stem": "faq",
    "rule_id": "penalty/outage_plan",
    "filename": "favicon.svg",
    "token": "guessed",
    "day": "2026-07-22",
    "area": "03",
    "code": "111",
    "period": "2026-04",
    "key": "contracts",
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self._token = ""

    def be(self, user: User) -> None:
        """Sign somebody in without the password's cost; the session row is a real one."""
        desk: Desk = self.app.extensions["desk"]
        with desk.database.write_session() as session:
            key = open_sign_in(session, user, address="127.0.0.1", now=desk.clock(), hours=12)
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
        self._token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with the token of this browser's pages."""
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token}, **options)

    @property
    def token(self) -> str:
        """The token that stands in every form of this browser."""
        if not self._token:
            for path in ("/password", "/sign-in"):
                found = _TOKEN.search(self.client.get(path).text)
                if found:
                    self._token = unescape(found[1])
                    break
        return self._token


def said(page: TestResponse) -> str:
    """What a page says: its text without tags, blanks folded."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def once_tokens(page: TestResponse) -> list[str]:
    """The tokens against double sending that stand in the forms of a page."""
    return [unescape(found) for found in re.findall(r'name="once" value="([^"]+)"', page.text)]


def addresses(app: Flask, method: str) -> list[tuple[str, str]]:
    """Endpoint and one address of every rule of the application that takes this method."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [(rule.endpoint, _address(rule)) for rule in rules]


def _address(rule: Rule) -> str:
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else _NAMED[name]
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]
