"""What comes over HTTP is data or a clear refusal: in time, not endless, from the host that was asked, never a page."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.demo.feed_server import DOWNLOAD, FeedServer, Reply, page
from helpdesk.fetch import LONGEST_RETRY_AFTER, USER_AGENT, FetchFailed, PageInstead, get

NOW = datetime(2026, 7, 21, 18, 30, tzinfo=UTC)
QUERY = {"jhSybt": "02", "tgtYmdFrom": "2026/07/22", "tgtYmdTo": "2026/07/23"}
CSV = b'\xef\xbb\xbf"2026/07/22 03:29 UPDATE"\r\n'


def clock() -> datetime:
    return NOW


@contextmanager
def serving(reply: Reply) -> Iterator[FeedServer]:
    with FeedServer(lambda wanted: reply) as server:
        yield server


def fetch_from(server: FeedServer, **limits: float):
    return get(f"{server.base_url}/download/downloadCsv", QUERY, clock=clock, **limits)


@contextmanager
def raw_server(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does with each connection what the test says, until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                answer(connection, over)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


def test_the_body_comes_byte_for_byte_and_the_address_is_written_as_the_official_one() -> None:
    with serving(Reply(CSV)) as server:
        fetched = fetch_from(server)
        assert (fetched.body, fetched.content_type) == (CSV, "text/csv")
        assert server.asked == [f"{DOWNLOAD}?jhSybt=02&tgtYmdFrom=2026/07/22&tgtYmdTo=2026/07/23"]


def test_the_desk_says_who_asks() -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                seen.append(connection.recv(65536))
                answer(connection, threading.Event())

        thread = threading.Thread(target=serve)
        thread.start()
        assert get(f"http://127.0.0.1:{listener.getsockname()[1]}/", clock=clock).body == b"ok"
        thread.join()
    assert f"User-Agent: {USER_AGENT}\r\n".encode() in seen[0]


def test_a_server_that_is_busy_is_reported_with_its_status_and_when_to_come_back() -> None:
    in_ten_minutes = "Tue, 21 Jul 2026 18:40:00 GMT"
    for value, wait in (("120", 120), (in_ten_minutes, 600), ("soon", None), ("-5", 0), (None, None)):
        headers = {"Retry-After": value} if value else {}
        with serving(Reply(b"busy", 503, headers=headers)) as server, pytest.raises(FetchFailed) as failed:
            fetch_from(server)
        assert failed.value.status == 503
        assert "503" in str(failed.value)
        assert failed.value.retry_after == (None if wait is None else timedelta(seconds=wait))


def test_no_server_silences_the_watch_for_longer_than_half_an_hour() -> None:
    with (
        serving(Reply(b"", 503, headers={"Retry-After": "999999"})) as server,
        pytest.raises(FetchFailed) as failed,
    ):
        fetch_from(server)
    assert failed.value.retry_after == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    "reply",
    [
        page("保守中です"),
        Reply(b"\xef\xbb\xbf \r\n<html>", content_type="text/csv"),
        Reply(b"", content_type="text/html"),
    ],
)
def test_a_page_is_never_data_and_is_kept_as_evidence(reply: Reply) -> None:
    with serving(reply) as server, pytest.raises(PageInstead, match="Web ページ") as failed:
        fetch_from(server)
    assert failed.value.body == reply.body


def test_an_answer_without_end_is_cut_off() -> None:
    with serving(Reply(b"x" * 1001)) as server:
        assert len(fetch_from(server, most_bytes=1001).body) == 1001
        with pytest.raises(FetchFailed, match="1,000 バイトを超え"):
            fetch_from(server, most_bytes=1000)


def test_another_place_on_the_same_host_is_followed_and_another_host_is_not() -> None:
    with FeedServer(lambda wanted: Reply(CSV)) as server:
        target = f"{DOWNLOAD}?jhSybt=02&tgtYmdFrom=2026/07/22&tgtYmdTo=2026/07/22"
        with_redirect = Reply(b"", 302, headers={"Location": target})
        first = iter([with_redirect])
        server.publisher = lambda wanted: next(first, Reply(CSV))
        assert fetch_from(server).body == CSV
        for place in ("http://elsewhere.example/", "https://127.0.0.1/", "file:///etc/passwd"):
            server.publisher = lambda wanted, place=place: Reply(b"", 301, headers={"Location": place})
            with pytest.raises(FetchFailed, match=r"転送先は読みません|始まるURLではありません"):
                fetch_from(server)
        server.publisher = lambda wanted: with_redirect
        with pytest.raises(FetchFailed, match="3回を超え"):
            fetch_from(server)


@pytest.mark.parametrize("place", ["http://[::1/x", "/\xe9\xfc", "/a b", "http://127.0.0.1:x/"])
def test_a_redirect_that_nobody_can_read_is_a_failure_like_any_other(place: str) -> None:
    reply = Reply(b"", 302, headers={"Location": place})
    with FeedServer(lambda wanted: reply) as server, pytest.raises(FetchFailed):
        fetch_from(server)


@pytest.mark.parametrize(
    "url", ["ftp://feed.example/", "file:///etc/passwd", "feed.example", "http://[::1", "http://h:x/"]
)
def test_only_http_addresses_are_asked(url: str) -> None:
    with pytest.raises(FetchFailed, match="設定を確かめてください"):
        get(url, clock=clock)


def test_nobody_listening_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed, match=r"127\.0\.0\.1 に接続できません"):
            get(f"http://127.0.0.1:{taken.getsockname()[1]}/", clock=clock)


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with (
        raw_server(lambda connection, over: over.wait()) as url,
        pytest.raises(FetchFailed, match=r"0\.2 秒で終わりません"),
    ):
        get(url, clock=clock, total_seconds=0.2)


def test_a_server_that_stays_silent_for_too_long_between_two_bytes_is_given_up() -> None:
    with (
        raw_server(lambda connection, over: over.wait()) as url,
        pytest.raises(FetchFailed, match="時間内に応答しません"),
    ):
        get(url, clock=clock, connect_seconds=0.1, total_seconds=30)


def test_a_server_that_dribbles_is_given_up_although_it_is_never_silent() -> None:
    def dribble(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.wait(0.02):
            try:
                connection.sendall(b"x")
            except OSError:
                return

    with raw_server(dribble) as url, pytest.raises(FetchFailed, match=r"0\.3 秒で終わりません"):
        get(url, clock=clock, total_seconds=0.3)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
        b"",
        b"SSH-2.0 hello\r\n",
    ],
)
def test_half_an_answer_is_no_answer(answer: bytes) -> None:
    def cut(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(answer)

    with raw_server(cut) as url, pytest.raises(FetchFailed, match=r"途中で切れました|接続できません"):
        get(url, clock=clock)
