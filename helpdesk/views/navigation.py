"""Where one can go: the side bar's entries for the person at hand."""

from flask import Flask, request, url_for
from flask_login import current_user

from helpdesk.users.roles import ROLES
from helpdesk.views.request import desk

# label, endpoint, icon, ability needed
_ENTRIES = (
    ("ホーム", "home.show", "home", None),
    ("案件", "cases.index", "inbox", "see_all_cases"),
    ("異議申立て", "objections.index", "review", "see_all_cases"),
    ("電話", "calls.index", "phone", "see_all_cases"),
    ("監視", "alerts.index", "gauge", "see_watch"),
    ("入金", "settlement.index", "settlement", "see_ledger"),
    ("計算", "calculations.index", "calculator", "see_results"),
    ("ナレッジ", "kb.index", "book", "read_knowledge"),
    ("チェック", "checklists.index", "check", "see_watch"),
    ("レポート", "reports.index", "chart", "export_reports"),
    ("管理", "admin.index", "settings", "handle_quarantine"),
)

_OF_BUSINESSES = (
    ("ホーム", "portal.home", "home", ("portal.home",)),
    (
        "通知",
        "portal.notices",
        "document",
        ("portal.notices", "portal.notice", "portal.derivation", "portal.objection", "portal.send_objection"),
    ),
    ("案件", "portal.cases", "inbox", ("portal.cases", "portal.case", "portal.reply", "portal.received", "portal.withdraw")),
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
        }


def _of_businesses() -> list[dict]:
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "icon": icon,
            "active": request.endpoint in own,
            "short": "問合せ" if label == "問い合わせる" else None,
        }
        for label, endpoint, icon, own in _OF_BUSINESSES
    ]


def _entries() -> list[dict]:
    here = (request.endpoint or "").split(".")[0]
    entries = [
        {"label": label, "url": url_for(endpoint), "icon": icon, "active": here == endpoint.split(".")[0]}
        for label, endpoint, icon, ability in _ENTRIES
        if ability is None or current_user.can(ability)
    ]
    if desk().settings.demo:
        entry = {"label": "デモ用メールボックス", "url": url_for("mailbox.index"), "icon": "mail"}
        entries.append(entry | {"active": here == "mailbox"})
    return entries
