"""The real parts of a story: a browser (Chromium), a web server, a mail server, and what the timetable would do."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from smtplib import SMTP
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from helpdesk.app import create_app_for
from helpdesk.database import Database
from helpdesk.desk import Desk
from helpdesk.mail.demo_server import DemoMailServer, mailbox_messages
from helpdesk.workflows.receive_mail import receive_folder
from helpdesk.workflows.send_mail import send_due
from tests.conftest import missing_part
from tests.helpdesk.paying import OWN
from tests.world import World, WorldClock, build_world, open_world_desk

CHROMIUM = Path("/usr/bin/chromium")
WIDE, TABLET, PHONE = (1440, 900), (1024, 900), (390, 844)
_FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_MOST_MILLISECONDS = 10_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's stories; gone before other tests run: its event loop would be in their way."""
    if not CHROMIUM.exists():
        missing_part("Chromium is not installed at /usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def artifacts(tmp_path: Path) -> Path:
    """Where pictures are kept: HELPDESK_ARTIFACTS, or the test's own folder."""
    folder = Path(os.environ.get("HELPDESK_ARTIFACTS") or tmp_path / "artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Visitor:
    """One person's browser window; keeps what the page complained about, and takes pictures."""

    page: Page
    base_url: str
    folder: Path
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(_MOST_MILLISECONDS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self._note(line.type, line.text))

    def go(self, path: str) -> int:
        """Open an address of the desk; the status of its answer, of a place within the page at hand 200."""
        answer = self.page.goto(self.base_url + path)
        return answer.status if answer else 200

    def sign_in(self, login: str, password: str) -> None:
        """Sign in as the page asks for it."""
        self.go("/sign-in")
        self.page.get_by_label("ログイン ID").fill(login)
        self.page.get_by_label("パスワード").fill(password)
        self.press("サインイン")
        self.page.wait_for_url(self.base_url + "/")

    def press(self, label: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=label, exact=True).first.click()

    def open_case(self, number: str) -> None:
        """Type a case number into the top bar."""
        self.page.get_by_label("案件番号または検索語").fill(number)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"**/cases/{number}")

    def picture(self, name: str) -> None:
        """Keep what is seen now."""
        self.page.screenshot(path=self.folder / f"{name}.png")

    def portraits(self, name: str, *, dark: bool = False, only: tuple[int, int] | None = None) -> None:
        """Keep the page in three widths or only in this one (and dark); none of the three may scroll sideways."""
        for width, height in (TABLET, PHONE, WIDE):
            self.page.set_viewport_size({"width": width, "height": height})
            too_wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert too_wide <= 0, f"{name} is {too_wide} px wider than {width}"
            if only in (None, (width, height)):
                self.picture(f"{name}-{width}")
        if dark:
            self.page.emulate_media(color_scheme="dark")
            self.picture(f"{name}-dark")
            self.page.emulate_media(color_scheme="light")

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "the server responded with a status of" not in text:
            self.complaints.append(text)


@pytest.fixture
def visit(chromium: Browser, artifacts: Path) -> Iterator[Callable[[str], Visitor]]:
    """`visit(base_url)`: a new window with cookies of its own. No page may complain (CSP, scripts)."""
    visitors: list[Visitor] = []

    def enter(base_url: str) -> Visitor:
        width, height = WIDE
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        visitors.append(Visitor(context.new_page(), base_url, artifacts))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@dataclass
class Post:
    """The mail between the desk and the businesses: what the timetable's jobs do, done when a story says so.

    The jobs run in a thread of their own, as they run in a process of their own: the browser's loop holds this one.
    """

    desk: Desk
    jobs: ThreadPoolExecutor

    def carry(self) -> list[bytes]:
        """The desk takes its mail, then sends what is due; the mails that have reached businesses, oldest first."""
        self.jobs.submit(receive_folder, self.desk).result()
        self.jobs.submit(send_due, self.desk).result()
        return [raw for _, raw in reversed(mailbox_messages(self.desk.settings.demo_mailbox_folder))]

    def write(self, raw: bytes, *, sender: str) -> None:
        """A business's own mail program hands in a mail as it is."""
        settings = self.desk.settings
        with SMTP(settings.smtp_host, settings.smtp_port, timeout=10) as smtp:
            assert smtp.sendmail(sender, [settings.desk_address], raw) == {}


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing on the test's output."""


@contextmanager
def served(desk: Desk) -> Iterator[None]:
    """The desk's pages at its base address, by a real threaded server."""
    address = urlsplit(desk.settings.base_url)
    assert address.hostname is not None
    server = make_server(
        address.hostname, address.port or 80, create_app_for(desk), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def another_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def world(database: Database, tmp_path: Path, now: datetime, free_port: int) -> Iterator[World]:
    """The cast with its articles, its pages and its mail server."""
    desk = open_world_desk(
        database,
        tmp_path / "instance",
        WorldClock(now),
        base_url=f"http://127.0.0.1:{free_port}",
        smtp_port=another_port(),
        **OWN,
    )
    world = build_world(desk, with_articles=True)
    with DemoMailServer(desk.settings, port=desk.settings.smtp_port), served(desk):
        yield world
    desk.knowledge.close()


@pytest.fixture
def post(world: World) -> Iterator[Post]:
    """The mail, carried when the story says so."""
    with ThreadPoolExecutor(max_workers=1) as jobs:
        yield Post(world.desk, jobs)
