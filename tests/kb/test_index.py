"""検索索引: a cache that follows the database and survives being killed."""

import gc
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from whoosh import index as whoosh_index

from kb import articles
from kb import index as index_module
from kb.errors import IndexUnavailable
from kb.index import ArticleIndex, apply_changes, build, current_state, find_mismatch, remove_old_directories
from kb.models import Article, IndexChange
from kb.search import search
from tests.kb.conftest import HANA, REN, Desk, manuscript


def stems(desk: Desk, query: str) -> list[str]:
    return [hit.stem for hit in search(desk.index, query)]


def test_the_first_round_builds_and_the_pointer_says_with_what(desk: Desk) -> None:
    desk.published()
    assert "まだありません" in find_mismatch(desk.session, desk.index)
    desk.bring_index_up_to_date()
    desk.index.follow(desk.session)
    state = current_state(desk.session)
    assert (state.directory, state.document_count) == ("index-000001", 1)
    assert state.dictionary_version == "20261015"
    assert find_mismatch(desk.session, desk.index) is None
    assert desk.session.scalars(select(IndexChange)).all() == []
    assert stems(desk, "相殺") == ["netting"]


def test_an_updated_index_ranks_as_a_rebuilt_one(desk: Desk) -> None:
    for number in range(6):
        desk.published(f"article-{number}", title=f"督促と相殺 {number}", body="相殺します。" * (number + 1))
    desk.bring_index_up_to_date()
    article = desk.session.scalars(select(Article).where(Article.stem == "article-3")).one()
    for body in ("督促状。" * 9, "督促状と交付額。" * 4):
        revision = articles.revise(
            desk.session, article, manuscript(title="督促", body=body), by=HANA, now=desk.now
        ).revision
        articles.submit(desk.session, revision, by=HANA, now=desk.now)
        articles.publish(desk.session, revision, by=REN, now=desk.now)
        desk.bring_index_up_to_date()
    updated = [(hit.stem, hit.score) for hit in search(desk.index, "督促 相殺")]
    build(desk.session, desk.index, now=desk.now)
    desk.index.follow(desk.session)
    assert [(hit.stem, hit.score) for hit in search(desk.index, "督促 相殺")] == updated


def test_a_published_revision_replaces_the_old_text_in_the_index(desk: Desk) -> None:
    article = desk.published()
    desk.bring_index_up_to_date()
    revision = articles.revise(
        desk.session,
        article,
        manuscript(title="督促の順序", body="督促状を送ります。"),
        by=HANA,
        now=desk.now,
    ).revision
    articles.submit(desk.session, revision, by=HANA, now=desk.now)
    desk.bring_index_up_to_date()
    assert stems(desk, "督促") == []
    articles.publish(desk.session, revision, by=REN, now=desk.now)
    assert desk.bring_index_up_to_date() == 1
    assert stems(desk, "督促") == ["netting"]
    assert stems(desk, "相殺") == []
    assert current_state(desk.session).directory == "index-000001"


def test_an_archived_article_leaves_the_index_and_comes_back(desk: Desk) -> None:
    article = desk.published()
    desk.bring_index_up_to_date()
    articles.archive(desk.session, article, by=REN, now=desk.now, note="")
    desk.bring_index_up_to_date()
    assert stems(desk, "相殺") == []
    assert current_state(desk.session).document_count == 0
    articles.restore(desk.session, article, by=REN, now=desk.now, note="")
    desk.bring_index_up_to_date()
    assert stems(desk, "相殺") == ["netting"]


def test_many_updates_leave_neither_duplicates_nor_deleted_texts(desk: Desk) -> None:
    article = desk.published()
    desk.published(stem="other", title="督促", body="督促状")
    desk.bring_index_up_to_date()
    for number in range(12):
        text = manuscript(title=f"第{number}回", body="相殺の順序")
        revision = articles.revise(desk.session, article, text, by=HANA, now=desk.now).revision
        articles.submit(desk.session, revision, by=HANA, now=desk.now)
        articles.publish(desk.session, revision, by=REN, now=desk.now)
        desk.bring_index_up_to_date()
        hits = search(desk.index, "相殺")
        assert [hit.title for hit in hits] == [f"第{number}回"]
        assert hits[0].revision_id == revision.id


@pytest.mark.parametrize("column", ["dictionary_version", "analyser_version"])
def test_another_dictionary_or_analysis_rebuilds(desk: Desk, column: str) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    setattr(current_state(desk.session), column, "older")
    desk.bring_index_up_to_date()
    assert current_state(desk.session).directory == "index-000002"
    assert getattr(current_state(desk.session), column) != "older"


def test_a_lost_directory_is_rebuilt(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    for path in (desk.index.root / "index-000001").iterdir():
        path.unlink()
    fresh = ArticleIndex(desk.index.root)
    with pytest.raises(IndexUnavailable, match="再構築"):
        fresh.follow(desk.session)
    apply_changes(desk.session, fresh, now=desk.now)
    fresh.follow(desk.session)
    assert [hit.stem for hit in search(fresh, "相殺")] == ["netting"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_torn_pointer_file_is_rebuilt(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    (toc,) = (desk.index.root / "index-000001").glob("*.toc")
    toc.write_bytes(toc.read_bytes()[:40])
    fresh = ArticleIndex(desk.index.root)
    assert "再構築" in find_mismatch(desk.session, fresh)
    apply_changes(desk.session, fresh, now=desk.now)
    assert find_mismatch(desk.session, fresh) is None
    gc.collect()  # the library leaves a file it could not read to the garbage collector, which warns


def test_an_index_that_lost_an_article_is_noticed_and_rebuilt(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    desk.index.follow(desk.session)
    with desk.index.writer() as writer:
        writer.delete_by_term("stem", "nothing")
        writer.delete_by_term("article_id", "1")
    desk.bring_index_up_to_date()
    assert current_state(desk.session).directory == "index-000002"


def test_changes_written_but_not_committed_are_applied_again_with_the_same_result(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    desk.published(stem="other", title="督促", body="督促状")
    desk.session.commit()
    apply_changes(desk.session, desk.index, now=desk.now)
    desk.session.rollback()  # killed after the index was written, before the database was
    assert len(desk.session.scalars(select(IndexChange)).all()) == 1
    desk.bring_index_up_to_date()
    assert stems(desk, "督促") == ["other"]
    assert current_state(desk.session).document_count == 2
    assert current_state(desk.session).directory == "index-000001"


def test_readers_follow_the_pointer_only(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    reader = ArticleIndex(desk.index.root)
    reader.follow(desk.session)
    desk.published(stem="other", title="督促", body="督促状")
    build(desk.session, desk.index, now=desk.now)
    assert search(reader, "督促") == []
    reader.follow(desk.session)
    assert [hit.stem for hit in search(reader, "督促")] == ["other"]


def test_old_directories_go_but_the_predecessor_stays_for_readers(desk: Desk) -> None:
    desk.published()
    for _ in range(4):
        build(desk.session, desk.index, now=desk.now)
    assert remove_old_directories(desk.session, desk.index.root) == ["index-000001", "index-000002"]
    left = sorted(path.name for path in desk.index.root.iterdir())
    assert left == ["index-000003", "index-000004"]


def test_the_index_can_be_read_by_its_owner_only(desk: Desk) -> None:
    build(desk.session, desk.index, now=desk.now)
    for path in (desk.index.root, desk.index.root / "index-000001"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_searching_without_an_index_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(IndexUnavailable, match="reindex"):
        desk.index.follow(desk.session)
    with pytest.raises(IndexUnavailable):
        search(desk.index, "相殺")


def test_the_searcher_is_never_refreshed() -> None:
    """`Searcher.refresh` brings deleted documents back in this version of the library."""
    for path in Path(index_module.__file__).parent.glob("*.py"):
        assert ".refresh(" not in path.read_text(encoding="utf-8"), path.name


KILLED = """
import os, sys
from whoosh import index
opened = index.open_dir(sys.argv[1])
number = 0
while True:
    number += 1
    writer = opened.writer(timeout=30, delay=.05)
    writer.update_document(article_id="1", kind="faq", category="other", title=f"督促 {number}", text="督促")
    writer.commit()
    print(number, flush=True)
"""


def test_a_writer_killed_in_the_middle_leaves_an_index_that_opens_and_can_be_written(desk: Desk) -> None:
    desk.published()
    desk.bring_index_up_to_date()
    directory = desk.index.root / "index-000001"
    root = Path(index_module.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    for rounds in (1, 2, 3):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(directory)], stdout=subprocess.PIPE, text=True, env=environment
        ) as writer:
            for _ in range(rounds):
                seen = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            rest = writer.stdout.read().split()
        committed = int(rest[-1]) if rest else seen
        opened = whoosh_index.open_dir(str(directory))
        with opened.searcher() as searcher:
            titles = [stored["title"] for stored in searcher.documents(article_id="1")]
        opened.close()
        assert titles in ([f"督促 {committed}"], [f"督促 {committed + 1}"])
    build(desk.session, desk.index, now=desk.now)
    desk.index.follow(desk.session)
    assert stems(desk, "相殺") == ["netting"]
