"""A trouble of a feed is one row from its first round to its end; the next one is another."""

from datetime import timedelta

from helpdesk.feed_troubles import end_troubles, note_trouble, open_troubles


def test_a_trouble_grows_by_rounds_ends_once_and_comes_again_as_another(database, now) -> None:
    with database.write_session() as session:
        first = note_trouble(session, "feed", "stale", "40分", now=now)
        again = note_trouble(session, "feed", "stale", "45分", now=now + timedelta(minutes=5))
        assert again is first
        assert (first.rounds, first.detail, first.began_at) == (2, "45分", now)
        note_trouble(session, "feed", "fetch_failed", "503", now=now)
        note_trouble(session, "another feed", "stale", "41分", now=now)
        assert [each.kind for each in open_troubles(session, "feed")] == ["stale", "fetch_failed"]
        assert end_troubles(session, "feed", ("stale",), now=now) == [first]
        assert end_troubles(session, "feed", ("stale",), now=now) == []
        assert note_trouble(session, "feed", "stale", "40分", now=now).id != first.id
        assert [each.source for each in open_troubles(session, "another feed")] == ["another feed"]


def test_a_request_to_wait_is_kept_until_the_next_round(database, now) -> None:
    with database.write_session() as session:
        wait = now + timedelta(minutes=10)
        trouble = note_trouble(session, "feed", "fetch_failed", "503", now=now, not_before=wait)
        assert trouble.not_before == wait
        note_trouble(session, "feed", "fetch_failed", "503", now=wait)
        assert trouble.not_before is None
