"""チェックリスト: what has to be done, ticked off with name and time (requirement B3.2, B4.1).

A template belongs to a desk's day (`duty`) or to kinds of cases. A list comes into being with its first tick, with the
items that the template has at that moment: later changes of the template do not rewrite what was worked through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.exc import StaleDataError

from cases.errors import InputRefused, Problem, StaleVersion
from cases.history import Person, record
from cases.kinds import KINDS
from cases.models import Case, Checklist, ChecklistItem, ChecklistTemplate

DUTIES = {"operations": "運用・問合せ対応", "reserve": "広域予備率の監視"}
MOST_ITEMS = 60
_LONGEST_ITEM, _LONGEST_TITLE = 500, 200


@dataclass(frozen=True, slots=True)
class ShownItem:
    """項目 as it stands: ticked by whom and when, or open."""

    position: int
    text: str
    done_at: datetime | None = None
    done_by_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownList:
    """チェックリスト as it stands; one that nobody has begun shows the template's items."""

    template_id: int
    title: str
    items: tuple[ShownItem, ...]
    started: bool

    @property
    def done(self) -> int:
        """How many items are ticked."""
        return sum(item.done_at is not None for item in self.items)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == len(self.items)


def lists_of_case(session: Session, case: Case) -> list[ShownList]:
    """The lists of a case: those begun, and those its kind asks for."""
    begun = session.scalars(
        select(Checklist).where(Checklist.case_id == case.id).options(selectinload(Checklist.items))
    ).all()
    return _merged(begun, [each for each in _active(session) if case.kind in each.case_kinds])


def lists_of_day(session: Session, duty: str, day: date) -> list[ShownList]:
    """The lists of a desk's day: those begun, and those that are due."""
    begun = session.scalars(
        select(Checklist)
        .join(ChecklistTemplate, ChecklistTemplate.id == Checklist.template_id)
        .where(Checklist.day == day, ChecklistTemplate.duty == duty)
        .options(selectinload(Checklist.items))
    ).all()
    return _merged(begun, [each for each in _active(session) if each.duty == duty])


def tick(
    session: Session,
    template_id: int,
    position: int,
    *,
    subject: Case | date,
    done: bool,
    note: str = "",
    by: Person,
    now: datetime,
) -> ChecklistItem:
    """Tick an item of a case's or a day's list, or take the tick back; the list begins if it has not begun.

    Ticking twice keeps the first name and time. Raises `InputRefused` for a list or an item that is not there.
    """
    checklist = _begun(session, template_id, subject, by=by, now=now)
    item = next((each for each in checklist.items if each.position == position), None)
    if item is None:
        raise InputRefused([Problem("項目", f"「{checklist.title}」に {position} 番の項目はありません")])
    note = " ".join(note.split())
    if len(note) > _LONGEST_ITEM:
        raise InputRefused([Problem("備考", f"{_LONGEST_ITEM}文字以内にしてください（いま{len(note)}文字）")])
    if done == (item.done_at is not None):
        return item
    item.done_at = now if done else None
    item.done_by_id, item.done_by_name = (by.id, by.display_name) if done else (None, "")
    item.note = note if done else ""
    content = {"checklist": checklist.id, "position": position, "text": item.text, "done": done, "note": note}
    _record(session, checklist, "checklist_ticked", content, by=by, now=now)
    session.flush()
    return item


def templates(session: Session) -> list[ChecklistTemplate]:
    """All templates, those in use first."""
    order = (ChecklistTemplate.is_active.desc(), ChecklistTemplate.duty.desc(), ChecklistTemplate.id)
    return list(session.scalars(select(ChecklistTemplate).order_by(*order)))


def save_template(
    session: Session,
    template: ChecklistTemplate | None,
    *,
    key: str,
    title: str,
    duty: str,
    case_kinds: Sequence[str],
    items: Sequence[str],
    is_active: bool = True,
    expected_version: int | None = None,
    by: Person,
    now: datetime,
) -> ChecklistTemplate:
    """Write a template or a new one. Raises `InputRefused` with all problems, `StaleVersion` if somebody was faster."""
    cleaned = [" ".join(item.split()) for item in items if item.strip()]
    title = " ".join(title.split())
    problems = _problems(title, duty, case_kinds, cleaned)
    if template is None and session.scalar(select(ChecklistTemplate.id).where(ChecklistTemplate.key == key)):
        problems.append(Problem("識別名", f"「{key}」はすでにあります。別の名前にしてください"))
    if problems:
        raise InputRefused(problems)
    if template is not None and expected_version not in (None, template.version):
        raise StaleVersion("開いている間に別の人がひな型を変更しました。画面を読み直してください")
    template = template or ChecklistTemplate(key=key)
    template.title, template.duty, template.is_active = title, duty, is_active
    template.case_kinds, template.items = list(case_kinds), cleaned
    session.add(template)
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion("開いている間に別の人がひな型を変更しました。画面を読み直してください") from None
    content = {"template": template.key, "title": title, "items": cleaned, "active": is_active}
    record(session, "checklists", "checklist_template_saved", content, by=by, now=now)
    return template


def _problems(title: str, duty: str, case_kinds: Sequence[str], items: Sequence[str]) -> list[Problem]:
    problems = []
    if not title or len(title) > _LONGEST_TITLE:
        problems.append(Problem("名称", f"1〜{_LONGEST_TITLE}文字で入力してください"))
    if duty and duty not in DUTIES:
        problems.append(Problem("毎日の業務", "一覧から選んでください"))
    if not set(case_kinds) <= set(KINDS):
        problems.append(Problem("案件の種類", "一覧から選んでください"))
    if bool(duty) == bool(case_kinds):
        problems.append(Problem("使いみち", "毎日の業務か案件の種類の、どちらか一方を選んでください"))
    if not items or len(items) > MOST_ITEMS:
        problems.append(Problem("項目", f"1〜{MOST_ITEMS}個を、1行に1つずつ入力してください"))
    problems += [
        Problem("項目", f"{number}行目は{_LONGEST_ITEM}文字以内にしてください（いま{len(item)}文字）")
        for number, item in enumerate(items, 1)
        if len(item) > _LONGEST_ITEM
    ]
    return problems


def _active(session: Session) -> list[ChecklistTemplate]:
    found = select(ChecklistTemplate).where(ChecklistTemplate.is_active).order_by(ChecklistTemplate.id)
    return list(session.scalars(found))


def _merged(begun: Sequence[Checklist], asked: Sequence[ChecklistTemplate]) -> list[ShownList]:
    shown = {
        each.template_id: ShownList(
            each.template_id,
            each.title,
            tuple(
                ShownItem(item.position, item.text, item.done_at, item.done_by_name, item.note)
                for item in each.items
            ),
            started=True,
        )
        for each in begun
    }
    for template in asked:
        items = tuple(ShownItem(number, text) for number, text in enumerate(template.items, 1))
        shown.setdefault(template.id, ShownList(template.id, template.title, items, started=False))
    return [shown[key] for key in sorted(shown)]


def _begun(
    session: Session, template_id: int, subject: Case | date, *, by: Person, now: datetime
) -> Checklist:
    """The list of this subject, begun now if nobody has; two who begin at once get the same one."""
    if (found := _find(session, template_id, subject)) is not None:
        return found
    template = session.get(ChecklistTemplate, template_id)
    fits = template is not None and template.is_active and _fits(template, subject)
    if template is None or not fits:
        raise InputRefused([Problem("チェックリスト", "このチェックリストはここでは使えません")])
    checklist = Checklist(
        template_id=template.id,
        title=template.title,
        case_id=subject.id if isinstance(subject, Case) else None,
        day=None if isinstance(subject, Case) else subject,
        started_at=now,
        items=[ChecklistItem(position=at, text=text) for at, text in enumerate(template.items, 1)],
    )
    try:
        with session.begin_nested():
            session.add(checklist)
    except IntegrityError:
        found = _find(session, template_id, subject)
        assert found is not None
        return found
    content = {"checklist": checklist.id, "title": checklist.title, "items": list(template.items)}
    _record(session, checklist, "checklist_started", content, by=by, now=now)
    return checklist


def _fits(template: ChecklistTemplate, subject: Case | date) -> bool:
    return subject.kind in template.case_kinds if isinstance(subject, Case) else bool(template.duty)


def _find(session: Session, template_id: int, subject: Case | date) -> Checklist | None:
    mine = Checklist.case_id == subject.id if isinstance(subject, Case) else Checklist.day == subject
    return session.scalars(select(Checklist).where(Checklist.template_id == template_id, mine)).one_or_none()


def _record(
    session: Session, checklist: Checklist, kind: str, content: dict, *, by: Person, now: datetime
) -> None:
    stream = f"case:{checklist.case_id}" if checklist.case_id else "checklists"
    if checklist.day:
        content = {**content, "day": checklist.day}
    record(session, stream, kind, content, by=by, now=now, case_id=checklist.case_id)
