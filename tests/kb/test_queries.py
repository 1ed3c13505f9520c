"""一覧: paged by key, one statement a page, only what may be seen."""

from datetime import timedelta

import pytest
from sqlalchemy import event, false, true

from kb import articles, queries
from kb.errors import InvalidArticle
from kb.models import Article
from kb.queries import Cursor, list_articles, list_in_review
from tests.kb.conftest import HANA, REN, Desk, manuscript


def statements(desk: Desk, ask: object) -> int:
    seen: list[str] = []
    engine = desk.session.get_bind().engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])


def test_pages_hold_every_article_once_newest_change_first(desk: Desk) -> None:
    for number in range(7):
        desk.now += timedelta(minutes=number % 2)  # some at the same time
        desk.draft(f"article-{number}")
    stems, after = [], None
    while True:
        page = list_articles(desk.session, visible=true(), after=after, limit=3)
        stems += [row.article.stem for row in page.rows]
        if page.next is None:
            break
        after = Cursor.parse(str(page.next))
    assert stems == [f"article-{number}" for number in reversed(range(7))]


def test_a_row_shows_the_published_title_and_the_work_in_progress(desk: Desk) -> None:
    article = desk.published(title="公開中の題")
    articles.revise(desk.session, article, manuscript(title="下書きの題"), by=REN, now=desk.now)
    desk.draft("new", title="新しい題")
    rows = {row.article.stem: row for row in list_articles(desk.session, visible=true()).rows}
    assert (rows["netting"].title, rows["netting"].open_status, rows["netting"].open_number) == (
        "公開中の題",
        "draft",
        2,
    )
    assert rows["new"].title == "新しい題"
    published = list_articles(desk.session, visible=true(), only_published=True).rows
    assert [row.article.stem for row in published] == ["netting"]


def test_the_number_of_statements_does_not_grow_with_the_articles(desk: Desk) -> None:
    desk.draft("a")
    desk.session.commit()
    few = statements(desk, lambda: list_articles(desk.session, visible=true()))
    for number in range(30):
        desk.draft(f"b-{number}")
    desk.session.commit()
    assert statements(desk, lambda: list_articles(desk.session, visible=true())) == few == 1


def test_only_what_is_visible_is_listed(desk: Desk) -> None:
    article = desk.in_review().article
    faq_only = Article.kind == "talk_script"
    assert list_articles(desk.session, visible=faq_only).rows == ()
    assert list_in_review(desk.session, visible=faq_only).rows == ()
    assert queries.article_by_stem(desk.session, "netting", visible=false()) is None
    assert queries.article_by_stem(desk.session, "netting", visible=true()) is article
    assert queries.list_revisions(desk.session, article, visible=false()) == []
    assert queries.count_in_review(desk.session, visible=false()) == 0


def test_the_review_inbox_leaves_out_the_own_texts_and_shows_the_longest_waiting_first(desk: Desk) -> None:
    first = desk.in_review("first")
    desk.now += timedelta(hours=1)
    second = desk.in_review("second")
    page = list_in_review(desk.session, visible=true(), limit=1)
    assert page.rows[0][0] is first
    assert list_in_review(desk.session, visible=true(), after=page.next).rows[0][0] is second
    assert list_in_review(desk.session, visible=true(), not_by=HANA.id).rows == ()
    assert queries.count_in_review(desk.session, visible=true()) == 2
    assert queries.count_in_review(desk.session, visible=true(), not_by=HANA.id) == 0


def test_archived_articles_have_their_own_list(desk: Desk) -> None:
    article = desk.published()
    articles.archive(desk.session, article, by=REN, now=desk.now, note="")
    assert list_articles(desk.session, visible=true()).rows == ()
    assert len(list_articles(desk.session, visible=true(), archived=True, kind="faq").rows) == 1
    assert list_articles(desk.session, visible=true(), archived=True, category="other").rows == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-06-30_1",
        "2026-06-30T00:00:00+00:00_",
        "_1",
        "a_b",
        "2026-06-30T00:00+00:00_" + "9" * 30,
    ],
)
def test_a_broken_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidArticle, match="開き直して"):
        Cursor.parse(text)


def test_revisions_are_listed_newest_first(desk: Desk) -> None:
    article = desk.published()
    articles.revise(desk.session, article, manuscript(), by=REN, now=desk.now)
    assert [r.number for r in queries.list_revisions(desk.session, article, visible=true())] == [2, 1]
