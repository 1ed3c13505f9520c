"""電話の画面: what it shows of a call, whatever has become of the knowledge base since."""

from sqlalchemy.orm import Session

from helpdesk.queries.calls import call_screen, load_call, scripts, stored_fields
from helpdesk.workflows import log_call
from helpdesk.workflows.edit_knowledge import note
from helpdesk.workflows.index_knowledge import apply_changes
from helpdesk.workflows.log_call import NewCall
from kb import articles
from kb.manuscript import Manuscript
from kb.models import Article, Revision
from kb.seeding import seed

STEM = "talk-penalty-amount-call"


def publish_articles(desk, people) -> None:
    with desk.database.write_session() as session:
        for happened in seed(
            session, author=people["operator"], reviewer=people["manager"], now=desk.clock()
        ):
            note(session, happened, by=people["manager"], now=desk.clock())


def begin(session: Session, desk, people):
    call = log_call.begin(session, desk, NewCall("in"), case=None, by=people["operator"])
    return log_call.choose_script(session, desk, call, {}, STEM, version=call.version, by=people["operator"])


def shown(session: Session, desk, call, person) -> dict:
    loaded = load_call(session, call.id, person)
    return call_screen(session, desk, loaded, person, typed={}, wanted="")


def test_scripts_are_suggested_by_what_was_written_and_the_others_are_there_too(desk, people) -> None:
    publish_articles(desk, people)
    apply_changes(desk)
    with desk.database.read_session() as session:
        suggested, others = scripts(session, desk, "ペナルティ額の内訳が通知と合わない", "penalty")
        assert suggested[0].stem == STEM
        assert "ペナルティ" in suggested[0].reason
        assert STEM not in {each.stem for each in others}
        nothing, all_of_them = scripts(session, desk, " \n", "other")
        assert nothing == []
        assert {each.stem for each in all_of_them} >= {STEM, "talk-contribution-late-payment-call"}


def test_a_call_shows_the_wording_it_was_led_by_after_a_newer_one_is_published(desk, people) -> None:
    publish_articles(desk, people)
    with desk.database.open_session(writes=True) as session:
        call = begin(session, desk, people)
        article = session.query(Article).filter_by(stem=STEM).one()
        first = session.get_one(Revision, article.published_revision_id)
        words = first.body
        values = {name: getattr(first, name) for name in Manuscript.__dataclass_fields__}
        by, now = people["operator"], desk.clock()
        values["body"] = "新しい言い方"
        revised = articles.revise(session, article, Manuscript(**values), by=by, now=now).revision
        articles.submit(session, revised, by=by, now=now)
        articles.publish(session, revised, by=people["manager"], now=now)
        session.commit()
        script = shown(session, desk, call, people["operator"])["script"]
    assert (script["number"], script["is_current"]) == (1, False)
    assert "新しい言い方" not in script["html"]
    assert words.split("\n")[0][:6].strip("*# ") in script["html"]


def test_a_call_can_be_taken_without_any_article(desk, people) -> None:
    with desk.database.open_session(writes=True) as session:
        call = log_call.begin(session, desk, NewCall("in"), case=None, by=people["operator"])
        values = shown(session, desk, call, people["operator"])
    assert (values["script"], values["suggested_scripts"], values["other_scripts"]) == (None, [], [])
    assert values["may_write"]
    assert stored_fields(call)["next_call_at"] == ""
