"""WCAG 2.2 AA: axe-core on every page of the application, wide and narrow, light and dark; and the keyboard alone.

A page that is added and not listed here fails: `ASKED` and `NO_PAGE` together are all addresses that can be read.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.stories.conftest import PHONE, WIDE
from tests.stories.desk_at_work import AtWork, fill
from tests.world import World

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.any_database]

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # the style sheets are ours: none turns a page by its orientation
    "rules": {"css-orientation-lock": {"enabled": False}},
}
SCHEMES = ((WIDE, "light"), (PHONE, "dark"))
SEEN = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size", "meta-viewport")
SEEN_RULES = {**RULES, "runOnly": {"type": "rule", "values": SEEN}}  # what size and colours can change
ALL_SCHEMES = (*SCHEMES, (WIDE, "dark"), (PHONE, "light"))

FRAMES = ("home.show", "portal.home", "sign_in.show")  # the frame itself, in everything

# endpoint: who looks, and where; `{…}` are the fields of `AtWork`
ASKED: dict[str, tuple[str, ...]] = {
    "home.show": ("sato /", "leader /", "reserve /", "accounting /"),
    "cases.index": ("sato /cases/", "leader /cases/?scope=all&q=nothing"),
    "cases.show": (
        "sato /cases/{drafted}",
        "leader /cases/{asked}",
        "sato /cases/{objected}",
        "manager /cases/{incoming}",
    ),
    "objections.index": ("sato /objections/",),
    "objections.new": ("sato /objections/new", "sato /objections/new?case={drafted}"),
    "objections.show": ("leader /objections/{objected}",),
    "objections.edit": ("sato /objections/{objected}/edit",),
    "calls.index": ("sato /calls/", "sato /calls/?scope=all"),
    "calls.show": ("sato /calls/2", "leader /calls/1"),
    "statements.index": ("sato /statements/?year=2026", "head /statements/?year=2031"),
    "statements.month": (
        "head /statements/2026/4",
        "accounting /statements/2026/5",
        "sato /statements/2026/0",
    ),
    "statements.listed": ("head /statements/2026/4/capacity", "sato /statements/2026/4/capacity?q=nothing"),
    "statements.show": ("head /statements/2?explain=1", "accounting /statements/3"),
    "statements.approvals": ("head /statements/approvals",),
    "statements.deputies": ("head /statements/deputies",),
    "statements.contribution": ("head /statements/contribution/2026",),
    "books.index": ("accounting /books/",),
    "books.by_business": ("accounting /books/balances",),
    "books.entries": ("accounting /books/journal", "accounting /books/journal?q=nothing"),
    "books.entry": ("accounting /books/journal/2026-000001",),
    "books.account": ("accounting /books/accounts/121", "accounting /books/accounts/510"),
    "books.closings": ("accounting /books/closings",),
    "settlement.index": ("sato /settlement/", "accounting /settlement/?scope=all"),
    "settlement.invoice": ("accounting /settlement/invoices/1",),
    "settlement.accounts": ("accounting /settlement/accounts",),
    "settlement.account": ("accounting /settlement/accounts/1",),
    "settlement.letters": ("accounting /settlement/letters", "sato /settlement/letters?scope=paper"),
    "settlement.receipts": ("accounting /settlement/receipts",),
    "settlement.receipt": ("accounting /settlement/receipts/2",),
    "settlement.new_receipt": ("accounting /settlement/receipts/new",),
    "transfers.index": ("accounting /transfers/", "sato /transfers/?scope=all"),
    "transfers.show": ("accounting /transfers/1",),
    "transfers.order": ("accounting /transfers/order?on=2026-07-31",),
    "transfers.files": ("accounting /transfers/files",),
    "transfers.file": ("accounting /transfers/files/1", "accounting /transfers/files/2"),
    "transfers.read": ("accounting /transfers/read",),
    "imports.index": ("manager /imports/",),
    "imports.new": ("accounting /imports/new?kind=receipts", "manager /imports/new?kind=outage_plans"),
    "alerts.index": ("reserve /alerts/", "reserve /alerts/?view=wall", "sato /alerts/?day=2026-01-01"),
    "alerts.area": ("reserve /alerts/areas/2026-07-22/03",),
    "alerts.slot": ("reserve /alerts/slots/2026-07-22/03/34",),
    "alerts.incidents": ("reserve /alerts/incidents",),
    "alerts.incident": ("reserve /alerts/incidents/1",),
    "alerts.notices": ("reserve /alerts/notices",),
    "assessment.index": (
        "sato /assessment/",
        "leader /assessment/?year=2026",
        "manager /assessment/?year=2031",
    ),
    "assessment.month": ("manager /assessment/2026/5", "sato /assessment/2026/5?q=nothing"),
    "assessment.resources": ("sato /assessment/resources/?year=2026",),
    "assessment.resource": (
        "sato /assessment/resources/2/2026?first_date=2026-05-01&kind=offered_kw&value=100000",
    ),
    "assessment.slots": ("leader /assessment/resources/2/2026/5",),
    "assessment.result": ("leader /assessment/results/5?explain=1", "manager /assessment/results/1"),
    "assessment.low_reserve": (
        "sato /assessment/low-reserve?from=2026-07-01&to=2026-07-31",
        "manager /assessment/low-reserve?from=2026-07-22&to=2026-07-22",
    ),
    "assessment.run": ("sato /assessment/runs/2?with=1",),
    "calculations.index": ("sato /calculations/",),
    "calculations.show": ("sato /calculations/1",),
    "rules.index": ("sato /calculations/rules/",),
    "rules.show": ("sato /calculations/rules/assessment/outage_plan",),
    "parameters.index": ("manager /parameters/",),
    "parameters.new": ("manager /parameters/new",),
    "parameters.show": ("manager /parameters/1",),
    "calculations.what_if": ("sato /calculations/what-if/{asked}",),
    "kb.index": ("sato /kb/", "sato /kb/?q=停止計画"),
    "kb.show": ("leader /kb/outage-plan-late?revision=1", "sato /kb/penalty-outage-plan-8640"),
    "kb.new": ("sato /kb/new",),
    "kb.edit": ("sato /kb/penalty-outage-plan-8640/edit",),
    "checklists.index": ("sato /checklists/", "reserve /checklists/"),
    "checklists.templates": ("reserve /checklists/templates",),
    "checklists.edit": ("reserve /checklists/templates/1", "leader /checklists/templates/new"),
    "reports.index": ("leader /reports/?monday=2026-07-20",),
    "reports.daily": ("leader /reports/daily?day=2026-07-21", "leader /reports/daily?day=2026-07-22"),
    "admin.index": ("leader /admin/",),
    "admin.users": ("manager /admin/users",),
    "admin.new_user": ("manager /admin/users/new",),
    "admin.show_user": ("manager /admin/users/1",),
    "invitations.index": ("leader /admin/invitations",),
    "invitations.show": (" {invitation}", " /invitation/used"),
    "design.show": ("manager /admin/design/", "manager /admin/design/?show=case"),
    "mailbox.index": ("sato /mailbox/",),
    "mailbox.write": ("sato /mailbox/write",),
    "manual.index": ("sato /help/", "sato /help/?q=消し込む"),
    "manual.show": ("sato /help/begin", "sato /help/watch", "tanaka /help/portal"),
    "sign_in.show": (" /sign-in",),
    "sign_in.show_password": ("sato /password",),
    "portal.home": ("tanaka /portal/",),
    "portal.account": ("tanaka /portal/account",),
    "portal.cases": ("tanaka /portal/cases/", "tanaka /portal/cases/?scope=all"),
    "portal.case": ("tanaka /portal/cases/{asked}",),
    "portal.received": ("tanaka /portal/cases/{asked}/received",),
    "portal.inquiry": ("tanaka /portal/inquiry",),
    "portal.notices": ("tanaka /portal/notices/",),
    "portal.notice": ("tanaka /portal/notices/1",),
    "portal.statements": ("tanaka /portal/statements/",),
    "portal.statement": ("tanaka /portal/statements/4", "tanaka /portal/statements/5"),
    "portal.derivation": ("tanaka /portal/notices/1/derivation",),
    "portal.objection": ("tanaka /portal/objection", "tanaka /portal/objection?notice=1"),
}
NO_PAGE = {
    "static", "health.show", "admin.raw", "alerts.changes", "alerts.find_area", "assessment.month_file", "assessment.picture", "calculations.notice", "calls.hints",
    "calls.find_callers", "cases.html", "cases.attachment", "cases.case_file", "cases.decision_letter", "cases.export",
    "cases.export_list", "cases.jump", "cases.raw", "imports.original", "imports.template", "manual.download", "portal.attachment", "portal.document", "portal.invoice_file", "portal.statement_file", "reports.daily_file",
    "reports.weekly", "books.account_file", "books.balances_file", "books.journal_file", "books.trial_balance_file", "settlement.account_statement", "settlement.letter_file", "statements.invoice_file", "statements.list_file", "statements.notice_file", "transfers.content",
}  # fmt: skip  # files, answers for scripts, addresses that lead on, and a business's own HTML, where no script runs
NOT_FOUND = "sato /cases/2026-999999-9"


@pytest.fixture
def at_work(world: World, monkeypatch: pytest.MonkeyPatch) -> AtWork:
    return fill(world, monkeypatch)


class Reader:
    """Opens pages as several people in one browser and keeps what axe says."""

    def __init__(self, chromium: Browser, base_url: str, at_work: AtWork) -> None:
        self.chromium, self.base_url, self.at_work = chromium, base_url, at_work
        self.axe = Axe()
        self.findings: list[str] = []
        self.read = 0
        self._pages: dict[str, Page] = {}

    def page_of(self, login: str) -> Page:
        """This person's window."""
        if login not in self._pages:
            context: BrowserContext = self.chromium.new_context(
                locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce"
            )
            if login:
                cookie = {"name": "helpdesk", "value": self.at_work.cookie(login), "url": self.base_url}
                context.add_cookies([cookie])  # type: ignore[list-item]
            self._pages[login] = context.new_page()
        return self._pages[login]

    def look(self, visit: str, schemes=SCHEMES) -> Page:
        """One page in these sizes and colours; details are open, as a reader has them."""
        login, _, path = visit.partition(" ")
        fields = {name: getattr(self.at_work, name) for name in AtWork.__dataclass_fields__}
        path = path.format(**fields)
        page = self.page_of(login)
        answer = page.goto(self.base_url + path)
        assert answer is not None
        expected = (404, 410) if visit in (NOT_FOUND, " /invitation/used") else (200,)
        if answer.status not in expected:
            self.findings.append(f"{visit}: answered with {answer.status}")
        page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true })")
        page.evaluate(self.axe.axe_script)
        for number, ((width, height), scheme) in enumerate(schemes):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            rules = RULES if len(schemes) > len(SCHEMES) or not number else SEEN_RULES
            self._check(page, f"{login or 'nobody'} {path} {width} {scheme}", rules)
        return page

    def _check(self, page: Page, where: str, rules: dict[str, object]) -> None:
        self.read += 1
        found = page.evaluate(_READ, rules)
        if found["wider"] > 0:
            self.findings.append(f"{where}: {found['wider']} px wider than the window")
        self.findings += [f"{where}: key {key} stands twice" for key in found["doubleKeys"]]
        for violation in found["violations"]:
            places = "; ".join(violation["places"])
            self.findings.append(
                f"{where}: {violation['rule']} ×{violation['count']} {places} ({violation['why']})"
            )

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


_READ = """async (rules) => {
  const keys = [...document.querySelectorAll('[data-key], [data-focus-key]:not([data-focus-key=f])')]
    .filter((each) => each.offsetParent).map((each) => each.dataset.key ?? each.dataset.focusKey);
  const wider = document.documentElement.scrollWidth - window.innerWidth;
  const { violations } = await axe.run(document, rules);
  return {
    wider, doubleKeys: keys.filter((key, at) => keys.indexOf(key) !== at),
    violations: violations.map(({ id, nodes }) => ({
      rule: id, count: nodes.length, places: nodes.slice(0, 3).map((node) => node.target.join(' ')),
      why: nodes[0].failureSummary.split('\\n').at(-1).trim(),
    })),
  };
}"""


@pytest.fixture
def reader(chromium: Browser, world: World, at_work: AtWork) -> Iterator[Reader]:
    made = Reader(chromium, world.desk.settings.base_url, at_work)
    yield made
    made.close()


@pytest.mark.parametrize(
    "in_both", [pytest.param(False, id="by turns"), pytest.param(True, id="in both", marks=pytest.mark.long)]
)
def test_no_page_of_the_application_breaks_a_rule_of_wcag(reader: Reader, capsys, in_both: bool) -> None:
    readable = {rule.endpoint for rule in reader.at_work.app.url_map.iter_rules() if "GET" in rule.methods}
    assert set(ASKED) | NO_PAGE == readable
    for turn, (endpoint, visits) in enumerate(ASKED.items()):
        for number, visit in enumerate(
            visits if in_both else visits[:1]
        ):  # with other things on it: in the long run
            once = SCHEMES[(turn + number) % 2 :][:1]
            first = SCHEMES if in_both else once
            reader.look(visit, once if number else ALL_SCHEMES if endpoint in FRAMES else first)
    reader.look(NOT_FOUND)
    with capsys.disabled():
        print(f"\naxe: {reader.read} readings, {len(reader.findings)} findings")
    assert reader.findings == [], "\n".join(reader.findings)


MAIN_PAGES = (
    "sato /cases/",
    "sato /cases/{drafted}",
    "sato /calls/",
    "reserve /alerts/",
    "tanaka /portal/notices/1",
)


def test_the_main_pages_are_worked_with_the_keyboard_alone(reader: Reader) -> None:
    for visit in MAIN_PAGES:
        page = reader.look(visit, schemes=())
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        every_stop_is_seen_and_tab_passes_all(page)
        page.reload()
        the_skip_link_comes_first_and_leads_to_the_text(page)
        the_dialog_takes_the_focus_and_gives_it_back(page)
        letters_lead_on(page)


def the_skip_link_comes_first_and_leads_to_the_text(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def every_stop_is_seen_and_tab_passes_all(page: Page) -> None:
    """Tab reaches whatever can be pressed or filled in, in the page's order, and each stop shows that it is one."""
    expected = page.evaluate(_STOPS)
    reached: list[int] = []
    for _ in range(3 * expected + 10):  # a date has several stops of its own
        page.keyboard.press("Tab")
        at, seen, what = page.evaluate(_STOP)
        if at < 0:
            break
        assert seen, f"this does not show the focus: {what}"
        if not reached or reached[-1] != at:
            reached.append(at)
        if len(reached) == expected:
            break
    assert reached == sorted(reached), "the order of the stops is not the page's"
    assert len(reached) == expected


def the_dialog_takes_the_focus_and_gives_it_back(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.locator(".rail a").first.focus()
    page.keyboard.press("?")
    assert page.locator("#shortcut-help").is_visible()
    assert page.evaluate("document.getElementById('shortcut-help').contains(document.activeElement)")
    shown = page.locator("#shortcut-help dt:visible").all_text_contents()
    assert len(shown) == len(set(shown))
    assert len(shown) >= 5
    page.keyboard.press("Escape")
    assert not page.locator("#shortcut-help").is_visible()
    assert page.evaluate("document.activeElement.closest('.rail') !== null")


def letters_lead_on(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/help/*")
    page.keyboard.press("f")
    assert page.evaluate("document.activeElement.id") == "manual-q"


_STOPS = """() => {
  const radios = new Set();
  window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((each) => {
    if (each.disabled || each.tabIndex < 0 || each.type === 'hidden' || !each.checkVisibility({ visibilityProperty: true })) return false;
    if (each.type !== 'radio') return true;
    const first = !radios.has(each.name);
    radios.add(each.name);
    return first;
  });
  return window.stops.length;
}"""
_STOP = """() => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  return [window.stops.indexOf(here), seen, here.outerHTML.slice(0, 200)];
}"""
