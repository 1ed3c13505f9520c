"""`helpdesk up --demo` as a new user meets it: it starts, says where to go, moves mail, looks right, and ends."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from helpdesk.demo.people import DEMO_PASSWORD, DEMO_USERS
from tests.conftest import ON_POSTGRESQL
from tests.stories.conftest import PHONE, WIDE, Visitor

pytestmark = pytest.mark.xdist_group("browser")

SECONDS = 300
TANAKA = "tanaka@kitahama-energy.example"
PAGES = {
    "home": "/",
    "cases": "/cases/",
    "cases-search": "/cases/?scope=all&q=ペナルティ",
    "assessment": "/assessment/?year=2026",
    "assessment-month": "/assessment/2026/6",
    "result": "/assessment/results/361",
    "low-reserve": "/assessment/low-reserve?from=2026-05-01&to=2026-05-31",
    "fleet-run": "/assessment/runs/2",
    "resource-year": "/assessment/resources/3/2026",
    "resource-month": "/assessment/resources/3/2026/5",
    "calculations": "/calculations/",
    "run": "/calculations/1",
    "rules": "/calculations/rules/",
    "rule": "/calculations/rules/penalty/outage_plan",
    "parameters": "/parameters/",
    "parameters-edit": "/parameters/new",
    "knowledge": "/kb/",
    "knowledge-search": "/kb/?q=ペナルティの計算",
    "article": "/kb/penalty-outage-plan-8640",
    "article-edit": "/kb/new",
    "report": "/reports/",
    "day": "/reports/daily",
    "calls": "/calls/",
    "objections": "/objections/",
    "statements": "/statements/?year=2026",
    "statements-month": "/statements/2026/4",
    "statements-list": "/statements/2026/4/capacity",
    "statements-approvals": "/statements/approvals",
    "statements-contribution": "/statements/contribution/2026",
    "late-payments": "/settlement/",
    "receipts": "/settlement/receipts",
    "letters": "/settlement/letters",
    "transfers": "/transfers/",
    "books": "/books/",
    "books-journal": "/books/journal",
    "books-account": "/books/accounts/121",
    "books-balances": "/books/balances",
    "books-closings": "/books/closings",
    "imports": "/imports/",
    "import": "/imports/new?kind=contracts",
    "watch": "/alerts/",
    "incidents": "/alerts/incidents",
    "checklists": "/checklists/",
    "help": "/help/",
    "administration": "/admin/",
    "users": "/admin/users",
    "user": "/admin/users/3",
    "mailbox": "/mailbox/",
    "write": "/mailbox/write",
    "password": "/password",
}


class Demonstration:
    """A running `helpdesk up --demo` of its own, what it has printed, and a client that keeps cookies."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        code = "from helpdesk.commands import main; main()"
        self.base_url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "up", "--demo", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environ,
        )
        self.printed = ""
        self._too_long = threading.Timer(SECONDS, self.process.kill)
        self._too_long.start()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def read_until(self, wanted: str) -> None:
        """Take what is printed, up to a line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if wanted in line:
                return
        raise AssertionError(f"「{wanted}」 was never printed:\n{self.printed}")

    def get(self, path: str) -> str:
        """A page's text, whatever its status."""
        try:
            with self._browser.open(self.base_url + path, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()

    def post(self, path: str, form_at: str, **values: str) -> str:
        """Send the form that stands on another page."""
        page = self.get(form_at)
        hidden = {
            name: unescape(found[1])
            for name in ("csrf_token", "once")
            if (found := re.search(rf'name="{name}" value="([^"]+)"', page))
        }
        body = urlencode({**hidden, **values}).encode()
        with self._browser.open(self.base_url + path, data=body, timeout=20) as answer:
            return answer.read().decode()

    def wait_for(self, path: str, wanted: str) -> str:
        """A page as soon as it holds these words: the jobs of another process bring them within seconds."""
        pause = threading.Event()
        for _ in range(60):
            page = self.get(path)
            if wanted in page:
                return page
            pause.wait(0.25)
        raise AssertionError(f"「{wanted}」 never came to {path}")

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        self.printed += rest
        return self.process.returncode

    def close(self) -> None:
        """End it if the story has failed half-way."""
        self._too_long.cancel()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def demonstration(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Iterator[Demonstration]:
    """The command in an instance of its own; no setting from outside reaches it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environ["HELPDESK_INSTANCE"] = str(tmp_path / "instance")
    if ON_POSTGRESQL:
        environ["HELPDESK_DATABASE_URL"] = request.getfixturevalue("postgresql").url("demonstration")
    started = Demonstration(environ, free_port)
    yield started
    started.close()


def test_a_new_user_starts_the_demonstration_plays_the_business_and_stops_it(
    demonstration: Demonstration, visit: Callable[[str], Visitor]
) -> None:
    it_starts_and_says_where_to_go(demonstration)
    mail_makes_the_round(demonstration)
    the_tight_day_is_replayed(demonstration)
    every_page_looks_right(visit(demonstration.base_url), demonstration)
    children = children_of(demonstration.process.pid)
    assert len(children) >= 3
    assert demonstration.interrupt() == 0
    assert "終了しました" in demonstration.printed
    assert left_of(children) == []
    with pytest.raises(urllib.error.URLError):
        demonstration.get("/health")


@pytest.mark.long
@pytest.mark.both_databases
def test_it_does_so_on_the_database_of_a_real_installation(
    demonstration: Demonstration, visit: Callable[[str], Visitor]
) -> None:
    it_starts_and_says_where_to_go(demonstration)
    mail_makes_the_round(demonstration)
    the_tight_day_is_replayed(demonstration)
    every_page_looks_right(visit(demonstration.base_url), demonstration, in_all_widths=True)
    assert demonstration.interrupt() == 0


def it_starts_and_says_where_to_go(demonstration: Demonstration) -> None:
    """An address and every account with the password; soon (the jobs start beside the pages) all is well."""
    demonstration.read_until(DEMO_USERS[-1].display_name)
    assert demonstration.base_url in demonstration.printed
    assert DEMO_PASSWORD in demonstration.printed
    for user in DEMO_USERS:
        assert user.login in demonstration.printed
    health = json.loads(demonstration.wait_for("/health", '"status":"ok"'))
    assert all(check["ok"] for check in health["checks"].values())


def mail_makes_the_round(demonstration: Demonstration) -> None:
    """Without a browser and without script: written on the mailbox page, taken by the jobs, acknowledged by SMTP."""
    demonstration.post("/sign-in", "/sign-in", login="sato", password=DEMO_PASSWORD)
    subject = "デモのメールの往復"
    sent = demonstration.post(
        "/mailbox/write", "/mailbox/write", sender=TANAKA, subject=subject, body="届きますか。", reply_to=""
    )
    assert "窓口に送りました" in sent
    mailbox = demonstration.wait_for(f"/mailbox/?address={TANAKA}", f"お問合せを受け付けました：{subject}")
    found = re.search(r"\[容量市場 (\d{4}-\d{6}-\d)\] お問合せを受け付けました：" + subject, mailbox)
    assert found is not None
    assert subject in demonstration.get(f"/cases/{found[1]}")


def the_tight_day_is_replayed(demonstration: Demonstration) -> None:
    """22 July 2026 comes in from the feed: low slots on the watch page, an incident, a mail to the duty desk."""
    page = demonstration.wait_for("/alerts/", "RM-20260722-1")
    assert "再生の時刻 2026-07-22" in " ".join(re.sub(r"<[^>]+>", " ", page).split())
    told = demonstration.wait_for("/mailbox/?address=reserve@helpdesk.example", "8%未満")
    assert "RM-20260722-1" in told


def every_page_looks_right(
    manager: Visitor, demonstration: Demonstration, *, in_all_widths: bool = False
) -> None:
    """Pictures of all pages, by turns wide and narrow or in all widths; none scrolls sideways, none complains."""
    manager.go("/sign-in")
    manager.portraits("page-sign-in")
    manager.sign_in("manager", DEMO_PASSWORD)
    waiting = manager.page.locator("a.row-link").first.get_attribute("href")
    pages = PAGES | {"case": str(waiting), "not-found": "/cases/2026-999999-9"}
    for number, (name, path) in enumerate(pages.items()):
        assert manager.go(path) == (404 if name == "not-found" else 200), name
        only = None if in_all_widths else (WIDE, PHONE)[number % 2]
        manager.portraits(f"page-{name}", dark=name in ("home", "case"), only=only)
    connection = http.client.HTTPConnection(demonstration.base_url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (302, "/sign-in?next=/")
    connection.close()


def is_running(process: int) -> bool:
    """Whether there is still a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def left_of(processes: list[int]) -> list[int]:
    """Those that still run after a moment: what looks after a pool of processes ends when it sees its parent gone."""
    pause = threading.Event()
    for _ in range(20):
        if not any(is_running(process) for process in processes):
            return []
        pause.wait(0.1)
    return [process for process in processes if is_running(process)]


def children_of(process: int) -> list[int]:
    """The processes below one, by number, all generations."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [(int(child), int(parent)) for child, parent in (line.split() for line in listed.splitlines())]
    found = [process]
    for known in found:
        found += [child for child, parent in parents if parent == known]
    return found[1:]
