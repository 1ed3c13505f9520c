"""チェックリストの初期設定: the templates a new instance begins with."""

import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from cases.checklists import save_template, templates
from cases.history import SYSTEM

_FILE = Path(__file__).with_name("checklist_templates.toml")


def seed_checklists(session: Session, *, now: datetime) -> int:
    """Add the templates whose key is not there yet; how many. What people have changed stays."""
    known = {template.key for template in templates(session)}
    wanted = tomllib.loads(_FILE.read_text(encoding="utf-8"))["template"]
    new = [each for each in wanted if each["key"] not in known]
    for each in new:
        save_template(
            session,
            None,
            key=each["key"],
            title=each["title"],
            duty=each.get("duty", ""),
            case_kinds=each.get("case_kinds", ()),
            items=each["items"],
            by=SYSTEM,
            now=now,
        )
    return len(new)
