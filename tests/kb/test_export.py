"""記事の書き出し: files that can be read back, and the whole history as JSON."""

import json

from sqlalchemy import false, true

from kb import articles
from kb.export import import_file, manuscript_of, published_files, whole_history
from tests.kb.conftest import HANA, REN, Desk


def test_published_articles_come_out_as_files_that_make_the_next_draft(desk: Desk) -> None:
    article = desk.published()
    desk.draft("unpublished")
    ((name, text),) = list(published_files(desk.session, visible=true()))
    assert name == "netting.md"
    happened = import_file(desk.session, text.replace("相殺します", "相殺いたします"), by=HANA, now=desk.now)
    assert (happened.article, happened.revision.number, happened.revision.status) == (article, 2, "draft")
    assert "相殺いたします" in happened.revision.body
    assert list(published_files(desk.session, visible=false())) == []


def test_a_file_with_a_new_stem_becomes_a_new_article(desk: Desk) -> None:
    desk.published()
    ((_, text),) = list(published_files(desk.session, visible=true()))
    happened = import_file(desk.session, text.replace('"netting"', '"other"'), by=REN, now=desk.now)
    assert (happened.kind, happened.article.stem) == ("kb.article_created", "other")


def test_the_history_names_who_wrote_and_who_approved(desk: Desk) -> None:
    article = desk.published()
    articles.revise(
        desk.session,
        article,
        manuscript_of(articles.published_revision(desk.session, article)),
        by=REN,
        now=desk.now,
    )
    exported = json.loads(json.dumps(whole_history(desk.session, visible=true()), ensure_ascii=False))
    first, second = exported["articles"][0]["revisions"]
    assert (first["author"], first["reviewer"], first["status"]) == ("青木 花", "森 蓮", "published")
    assert (second["status"], second["body"]) == ("draft", first["body"])
    assert first["reviewed_at"] == desk.now.isoformat()
