"""What the stories ask of a browser window, of a mail and of the desk's records."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Locator
from sqlalchemy import select

from cases.models import Case, Message
from helpdesk.register.case_links import attached_run
from helpdesk.register.models import CalculationRun
from tests.stories.conftest import Visitor
from tests.world import World


def forge_release(visitor: Visitor, number: str) -> tuple[int, str]:
    """Send the release form without its button; what the desk says to it."""
    page = visitor.page
    withdraw = page.locator("form[action$='/withdraw']")
    action = str(withdraw.get_attribute("action")).replace("/withdraw", "/release")
    shown = page.locator("form[action$='/release'] input[name=version]")
    values = {
        "csrf_token": page.locator("input[name=csrf_token]").first.input_value(),
        "version": shown.input_value() if shown.count() else "1",
    }
    answer = page.request.post(visitor.base_url + action, form=values)
    return answer.status, answer.text()


def download(visitor: Visitor, name: str) -> bytes:
    """The file behind a link, as the browser saves it."""
    with visitor.page.expect_download() as begun:
        visitor.page.get_by_role("link", name=name).click()
    return Path(begun.value.path()).read_bytes()


def row_of(visitor: Visitor, label: str) -> Locator:
    """The row of a comparison."""
    return visitor.page.locator(".comparison tr", has_text=label).first


def yen(amount: int) -> str:
    """An amount as pages and letters print it."""
    return f"{'−' if amount < 0 else ''}{abs(amount):,}円"


def read(raw: bytes) -> EmailMessage:
    """A mail as the business's program reads it."""
    return message_from_bytes(raw, policy=policy.default)


def number_in(mail: EmailMessage) -> str:
    """The case number in a mail's subject."""
    found = re.search(r"\d{4}-\d{6}-\d", mail["Subject"])
    assert found is not None, mail["Subject"]
    return found[0]


def messages_of(world: World, number: str) -> list[Message]:
    """The conversation of a case, oldest first."""
    with world.desk.database.read_session() as session:
        found = select(Message).join(Case, Case.id == Message.case_id).where(Case.number == number)
        return list(session.scalars(found.order_by(Message.id)))


def run_of(world: World, number: str) -> CalculationRun:
    """The run that the case's answer stands on."""
    with world.desk.database.read_session() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        run = attached_run(session, case.id)
        assert run is not None
        return run
