"""記事の審査と公開: who may do what, and when."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import articles
from kb.errors import FourEyesRefused, InvalidArticle, RevisionFrozen, StaleArticle, TransitionRefused
from kb.models import Article, IndexChange, Revision
from tests.kb.conftest import HANA, REN, Desk, manuscript


def test_an_article_is_written_submitted_and_published_by_two_people(desk: Desk) -> None:
    revision = desk.draft()
    assert (revision.status, revision.number, revision.author_name) == ("draft", 1, "青木 花")
    articles.submit(desk.session, revision, by=HANA, now=desk.now)
    happened = articles.publish(desk.session, revision, by=REN, now=desk.now, note="確認しました")
    assert revision.status == "published"
    assert revision.article.published_revision_id == revision.id
    assert (revision.reviewer_name, revision.reviewed_at) == ("森 蓮", desk.now)
    assert happened.kind == "kb.revision_published"
    assert happened.content["stem"] == "netting"
    assert happened.content["replaced"] is None


def test_the_author_cannot_publish_or_reject_the_own_text(desk: Desk) -> None:
    revision = desk.in_review()
    with pytest.raises(FourEyesRefused, match="別の人"):
        articles.publish(desk.session, revision, by=HANA, now=desk.now)
    with pytest.raises(FourEyesRefused):
        articles.reject(desk.session, revision, by=HANA, now=desk.now, note="直します")
    assert revision.status == "in_review"
    assert revision.reviewer_id is None
    assert revision.article.published_revision_id is None


def test_a_draft_cannot_skip_the_review(desk: Desk) -> None:
    with pytest.raises(TransitionRefused, match="下書き"):
        articles.publish(desk.session, desk.draft(), by=REN, now=desk.now)


def test_a_new_revision_supersedes_the_published_one(desk: Desk) -> None:
    article = desk.published()
    first = articles.published_revision(desk.session, article)
    second = articles.revise(
        desk.session, article, manuscript(title="改めました"), by=REN, now=desk.now
    ).revision
    assert articles.published_revision(desk.session, article) is first
    articles.submit(desk.session, second, by=REN, now=desk.now)
    happened = articles.publish(desk.session, second, by=HANA, now=desk.now)
    assert (first.status, second.status, second.number) == ("superseded", "published", 2)
    assert happened.content["replaced"] == 1


def test_only_one_revision_is_worked_on_at_a_time(desk: Desk) -> None:
    revision = desk.draft()
    with pytest.raises(TransitionRefused, match=r"青木 花.*第1版"):
        articles.revise(desk.session, revision.article, manuscript(), by=REN, now=desk.now)
    articles.withdraw(desk.session, revision, by=REN, now=desk.now, note="担当交代")
    assert (
        articles.revise(desk.session, revision.article, manuscript(), by=REN, now=desk.now).revision.number
        == 2
    )


def test_a_rejected_text_goes_back_with_a_reason_and_is_written_anew(desk: Desk) -> None:
    revision = desk.in_review()
    with pytest.raises(InvalidArticle, match="理由"):
        articles.reject(desk.session, revision, by=REN, now=desk.now, note="  ")
    articles.reject(desk.session, revision, by=REN, now=desk.now, note="根拠の頁が違います")
    assert (revision.status, revision.review_note) == ("rejected", "根拠の頁が違います")
    again = articles.revise(desk.session, revision.article, manuscript(), by=HANA, now=desk.now)
    assert again.revision.status == "draft"


def test_a_draft_is_edited_by_its_author_only_and_says_what_changed(desk: Desk) -> None:
    revision = desk.draft()
    happened = articles.edit_draft(
        desk.session,
        revision,
        manuscript(body="書き直し"),
        by=HANA,
        now=desk.now,
        expected_version=revision.version,
    )
    assert happened.content["changed"] == ["body"]
    with pytest.raises(TransitionRefused, match="本人"):
        articles.edit_draft(desk.session, revision, manuscript(), by=REN, now=desk.now)


def test_a_stale_form_is_refused(desk: Desk) -> None:
    revision = desk.draft()
    seen = revision.version
    articles.edit_draft(desk.session, revision, manuscript(body="一"), by=HANA, now=desk.now)
    with pytest.raises(StaleArticle, match="読み直して"):
        articles.edit_draft(
            desk.session, revision, manuscript(body="二"), by=HANA, now=desk.now, expected_version=seen
        )
    assert revision.body == "一"


def test_two_sessions_cannot_both_change_the_same_article(desk: Desk) -> None:
    article = desk.published()
    desk.session.commit()
    with Session(desk.session.get_bind(), expire_on_commit=False) as other:
        as_seen_before = other.get(Article, article.id)
        other.commit()
        articles.archive(desk.session, article, by=HANA, now=desk.now, note="古い")
        desk.session.commit()
        with pytest.raises(StaleArticle, match="同時"):
            articles.archive(other, as_seen_before, by=REN, now=desk.now, note="同時")


def test_a_submitted_text_does_not_change_any_more(desk: Desk) -> None:
    revision = desk.in_review()
    with pytest.raises(TransitionRefused, match="審査中"):
        articles.edit_draft(desk.session, revision, manuscript(body="後から"), by=HANA, now=desk.now)
    revision.body = "サービスを通さない変更"
    with pytest.raises(RevisionFrozen, match="新しい改訂"):
        desk.session.flush()


@pytest.mark.parametrize("name", ["title", "questions", "keywords", "source", "valid_to_fiscal_year"])
def test_no_part_of_a_published_text_changes(desk: Desk, name: str) -> None:
    article = desk.published()
    desk.session.commit()
    revision = articles.published_revision(desk.session, article)
    setattr(revision, name, 2030 if name.endswith("year") else "変更")
    with pytest.raises(RevisionFrozen):
        desk.session.flush()


def test_nothing_goes_to_review_without_a_source(desk: Desk) -> None:
    with pytest.raises(InvalidArticle, match="根拠"):
        desk.in_review(source=" ")


def test_all_faults_of_a_manuscript_are_told_at_once(desk: Desk) -> None:
    with pytest.raises(InvalidArticle) as refused:
        articles.create(
            desk.session,
            stem="だめ/名前",
            kind="memo",
            category="weather",
            manuscript=manuscript(
                title="",
                body="\x00",
                valid_from_fiscal_year=2026,
                valid_to_fiscal_year=2025,
                keywords="あ" * 501,
            ),
            by=HANA,
            now=desk.now,
        )
    wheres = [problem.where for problem in refused.value.problems]
    assert wheres == ["記事名", "種別", "分類", "題名", "キーワード", "本文", "対象実需給年度"]


def test_a_stem_is_taken_once(desk: Desk) -> None:
    desk.draft()
    with pytest.raises(InvalidArticle, match="既にあります"):
        desk.draft()


def test_archiving_and_restoring_tell_the_index_and_refuse_to_repeat(desk: Desk) -> None:
    article = desk.published()
    archived = articles.archive(desk.session, article, by=REN, now=desk.now, note="制度変更")
    assert (archived.kind, archived.content["note"]) == ("kb.article_archived", "制度変更")
    with pytest.raises(TransitionRefused, match="既に"):
        articles.archive(desk.session, article, by=REN, now=desk.now, note="")
    with pytest.raises(TransitionRefused, match="保管"):
        articles.revise(desk.session, article, manuscript(), by=HANA, now=desk.now)
    articles.restore(desk.session, article, by=REN, now=desk.now, note="再掲")
    changes = desk.session.scalars(select(IndexChange.article_id)).all()
    assert changes == [article.id] * 3


def test_what_is_only_written_does_not_reach_the_index(desk: Desk) -> None:
    desk.in_review()
    assert desk.session.scalars(select(IndexChange)).all() == []
    assert desk.session.scalars(select(Revision.status)).all() == ["in_review"]
