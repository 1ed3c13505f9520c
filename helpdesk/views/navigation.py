"""Where one can go: the side bar's entries for the person at hand."""

from flask import Flask, request, url_for
from flask_login import current_user

from helpdesk.manual.contents import page_of
from helpdesk.users.roles import ROLES
from helpdesk.views.keyboard import GO_KEYS, KEYS
from helpdesk.views.request import desk

# label, endpoint, icon, ability needed, label on the slim rail
_ENTRIES = (
    ("ホーム", "home.show", "home", None, None),
    ("案件", "cases.index", "inbox", "see_all_cases", None),
    ("電話", "calls.index", "phone", "see_all_cases", None),
    ("異議申立て", "objections.index", "review", "see_all_cases", "異議"),
    ("精算", "statements.index", "chart", "see_ledger", None),
    ("入金", "settlement.index", "settlement", "see_ledger", None),
    ("振込", "transfers.index", "outgoing", "see_ledger", None),
    ("帳簿", "books.index", "note", "see_books", None),
    ("監視", "alerts.index", "gauge", "see_watch", None),
    ("取込み", "imports.index", "download", "import_inputs", None),
    ("算定", "assessment.index", "calendar", "see_results", None),
    ("計算", "calculations.index", "calculator", "see_results", None),
    ("ナレッジ", "kb.index", "book", "read_knowledge", None),
    ("チェック", "checklists.index", "check", "see_watch", None),
    ("レポート", "reports.index", "chart", "export_reports", None),
    ("管理", "admin.index", "settings", "handle_quarantine", None),
)

_BELOW = {"rules": "calculations", "parameters": "calculations"}  # screens that another entry leads to

_OF_BUSINESSES = (
    ("ホーム", "portal.home", "home", ("portal.home",)),
    (
        "通知",
        "portal.notices",
        "document",
        ("portal.notices", "portal.notice", "portal.derivation", "portal.objection", "portal.send_objection"),
    ),
    (
        "精算",
        "portal.statements",
        "settlement",
        ("portal.statements", "portal.statement", "portal.object_to_ours"),
    ),
    (
        "案件",
        "portal.cases",
        "inbox",
        ("portal.cases", "portal.case", "portal.reply", "portal.received", "portal.withdraw"),
    ),
    ("問い合わせる", "portal.inquiry", "edit", ("portal.inquiry", "portal.send_inquiry")),
    ("アカウント", "portal.account", "user", ("portal.account",)),
)  # label, endpoint, icon, the endpoints that belong to it


def prepare(app: Flask) -> None:
    """Offer `navigation` to every page."""

    @app.context_processor
    def values() -> dict:
        if not (current_user and current_user.is_authenticated):
            return {"navigation": []}
        in_portal = current_user.can("use_portal")
        return {
            "navigation": _of_businesses() if in_portal else _entries(),
            "user_menu": {
                "name": current_user.display_name,
                "role": "・".join(ROLES[role] for role in sorted(current_user.role_names)),
                "sign_out_url": url_for("sign_in.leave"),
                "links": [
                    {"label": "パスワードの変更", "url": url_for("sign_in.show_password"), "icon": "lock"}
                ],
            },
            "jump_url": None if in_portal else url_for("cases.jump"),
            "help_url": url_for("manual.show", stem=page_of("portal" if in_portal else _here()).stem),
            "help_key": GO_KEYS["manual.index"],
            "shortcut_keys": KEYS,
        }


def _of_businesses() -> list[dict]:
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "icon": icon,
            "active": request.endpoint in own,
            "short": "問合せ" if label == "問い合わせる" else None,
            "shortcut": GO_KEYS[endpoint],
        }
        for label, endpoint, icon, own in _OF_BUSINESSES
    ]


def _entries() -> list[dict]:
    entries = [
        _entry(label, endpoint, icon, short)
        for label, endpoint, icon, ability, short in _ENTRIES
        if ability is None or current_user.can(ability)
    ]
    if desk().settings.demo:
        entries.append(_entry("デモ用メールボックス", "mailbox.index", "mail", "メール"))
    return entries


def _entry(label: str, endpoint: str, icon: str, short: str | None) -> dict:
    return {
        "label": label,
        "short": short,
        "url": url_for(endpoint),
        "icon": icon,
        "active": _BELOW.get(_here(), _here()) == endpoint.partition(".")[0],
        "shortcut": GO_KEYS[endpoint],
    }


def _here() -> str:
    return (request.endpoint or "").partition(".")[0]
