"""デモ用公表サーバー: plays the official download of the reserve margin, on loopback only.

In a demonstration it serves what the recording had published by the simulated time. What it answers is a function of
the request, so tests let it answer with anything that the real one ever does: pages, 503, half a day.
"""

import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from alerts.feeds.cells import read_day
from helpdesk.clock import Clock, system_clock
from helpdesk.demo.official_layout import official_csv
from helpdesk.demo.recorded_publications import newest_of_day
from helpdesk.settings import Settings, load_settings
from helpdesk.supervision import follow_parent
from helpdesk.watch_clock import read_replay

LOOPBACK = "127.0.0.1"
BASE_PATH = "/kks-web-public"
DOWNLOAD = f"{BASE_PATH}/download/downloadCsv"
BLOCKS = "02"  # 広域ブロック情報（翌日・当日）
_MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: the kind of file and the days."""

    kind: str
    first: date
    last: date

    def days(self) -> list[date]:
        """Every day asked for."""
        return [self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server."""

    body: bytes
    status: int = 200
    content_type: str = "text/csv;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Publisher = Callable[[Wanted], Reply]


def page(text: str, status: int = 200) -> Reply:
    """An HTML page, as the official server answers what it cannot serve."""
    body = f"<!DOCTYPE html><html lang='ja'><body><p>{text}</p></body></html>"
    return Reply(body.encode(), status, "text/html;charset=UTF-8")


class FeedServer:
    """The server, running as long as the `with` block does; `publisher` may be changed meanwhile."""

    def __init__(self, publisher: Publisher, *, port: int = 0) -> None:
        self.publisher = publisher
        self.asked: list[str] = []  # every path that was asked for, in order
        owner = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self) -> None:
                """Answer a download; any other address is a page."""
                owner.asked.append(self.path)
                _send(self, owner.answer(self.path))

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the demonstration's terminal is for people."""

        self._server = ThreadingHTTPServer((LOOPBACK, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def base_url(self) -> str:
        """What `feed_base_url` must be for a desk that reads from here."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}{BASE_PATH}"

    def answer(self, path: str) -> Reply:
        """What is answered to this path and query."""
        target = urlsplit(path)
        if target.path != DOWNLOAD:
            return page("ページがありません。", 404)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        try:
            wanted = Wanted(
                query.get("jhSybt", ""),
                read_day(query.get("tgtYmdFrom", "")),
                read_day(query.get("tgtYmdTo", "")),
            )
        except ValueError:
            return page("対象年月日を入力してください。")
        if not 0 <= (wanted.last - wanted.first).days < _MOST_DAYS:
            return page("期間は1ヶ月以内で入力してください。")
        return self.publisher(wanted)

    def __enter__(self) -> "FeedServer":
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def replayed(settings: Settings, clock: Clock) -> Publisher:
    """What the recording had published by the simulated time of the replay that is on."""

    def publish(wanted: Wanted) -> Reply:
        played = read_replay(settings.instance)
        if wanted.kind != BLOCKS or played is None:
            return page("該当するデータがありません。")
        return publish_recorded(wanted, played.moment(clock()))

    return publish


def publish_recorded(wanted: Wanted, moment: datetime) -> Reply:
    """The newest recorded publication of each day asked for, as it stood at a moment."""
    found = [each for day in wanted.days() if (each := newest_of_day(day, moment)) is not None]
    if not found:
        return page("該当するデータがありません。")
    return Reply(_file_of(tuple((each.days[0], each.published_at) for each in found)))


@lru_cache(maxsize=16)
def _file_of(versions: tuple[tuple[date, datetime], ...]) -> bytes:
    """The file of these days, each as one publication had it; asked for again and again until the next comes out."""
    found = [newest_of_day(day, published_at) for day, published_at in versions]
    readings = [reading for each in found if each is not None for reading in each.readings]
    return official_csv(readings, max(published_at for _, published_at in versions))


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    given = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body)), **reply.headers}
    for name, value in given.items():
        handler.send_header(name, value)
    with suppress(ConnectionError):  # whoever asked has gone
        handler.end_headers()
        handler.wfile.write(reply.body)


def main() -> None:
    """Run in a process of its own until SIGTERM or SIGINT; `HELPDESK_FEED_BASE_URL` says where."""
    settings = load_settings()
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before any thread starts
    follow_parent()
    port = urlsplit(settings.feed_base_url).port
    with FeedServer(replayed(settings, system_clock), port=port or 0):
        signal.sigwait(stop)


if __name__ == "__main__":
    main()
