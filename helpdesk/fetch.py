"""外部からの取得: the only outgoing HTTP. One GET, bounded in time and size; what came is data or a clear refusal.

Only http and https, no other host than the one asked (a redirect elsewhere is refused), no proxy, no cookies. Whoever
calls decides what a failure means; this says what happened and, where the server said so, when to come back.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from helpdesk.clock import Clock

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 45.0
MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 3
LONGEST_RETRY_AFTER = timedelta(minutes=30)
USER_AGENT = "capacity-market-helpdesk/1.0 (reserve-margin watch)"
_REDIRECTS = (301, 302, 303, 307, 308)
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave: the body as bytes and what it called it."""

    url: str
    body: bytes
    content_type: str


class FetchFailed(Exception):
    """取得の失敗: nothing usable came. `str(error)` is Japanese: what happened, from where, what to do."""

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after  # the server asks not to be asked again before


class PageInstead(FetchFailed):
    """データの代わりのWebページ: the server answered with a page; its bytes are kept as evidence, never read as data."""

    def __init__(self, message: str, body: bytes) -> None:
        super().__init__(message, status=200)
        self.body = body


def get(
    url: str,
    query: Mapping[str, str] | None = None,
    *,
    clock: Clock,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Fetched:
    """The body behind this address. Raises `FetchFailed`; `PageInstead` for HTML where data was asked for."""
    asked = f"{url}?{urlencode(query, quote_via=quote, safe='/')}" if query else url
    first = _checked(asked)
    target = first
    for _ in range(MOST_REDIRECTS + 1):
        found = _get_once(target, clock, connect_seconds, total_seconds, most_bytes)
        if isinstance(found, Fetched):
            return found
        target = _redirected(target, found)
        if _place(target) != _place(first):
            raise FetchFailed(
                f"{first.hostname} が別の場所（{target.hostname}）へ転送しました。転送先は読みません。取得先の設定を確かめてください"
            )
    raise FetchFailed(
        f"{first.hostname} の転送が{MOST_REDIRECTS}回を超えました。取得先の設定を確かめてください"
    )


def _checked(url: str) -> SplitResult:
    try:
        target = urlsplit(url)
        _ = target.port
    except ValueError:
        raise FetchFailed(f"取得先「{url[:200]}」はURLとして読めません。設定を確かめてください") from None
    if target.scheme not in ("http", "https") or not target.hostname:
        raise FetchFailed(
            f"取得先「{url[:200]}」は http:// か https:// で始まるURLではありません。設定を確かめてください"
        )
    return target


def _redirected(target: SplitResult, place: str) -> SplitResult:
    """Where a server sends us; headers are read as Latin-1, so anything may stand there."""
    try:
        return _checked(urljoin(target.geturl(), quote(place, safe="%/:?#[]@!$&'()*+,;=~")))
    except ValueError:
        message = f"{target.hostname} が読めない場所へ転送しました。取得先の設定を確かめてください"
        raise FetchFailed(message) from None


def _place(target: SplitResult) -> tuple[str | None, str, int | None]:
    return target.hostname, target.scheme, target.port


def _get_once(
    target: SplitResult, clock: Clock, connect_seconds: float, total_seconds: float, most_bytes: int
) -> Fetched | str:
    """The body, or where the server sends us instead."""
    connection = _connection(target, connect_seconds)
    late = threading.Event()
    sockets: list[socket.socket] = []  # the connection forgets its own once it will be closed

    def give_up() -> None:
        late.set()
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(total_seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        headers = {"User-Agent": USER_AGENT, "Accept": "text/csv, */*;q=0.5", "Connection": "close"}
        connection.connect()
        sockets.append(connection.sock)
        if late.is_set():
            raise TimeoutError
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as answer:
            return _answer(target, answer, clock, most_bytes, late.is_set)
    except (OSError, http.client.HTTPException) as error:
        message = _late(target, total_seconds) if late.is_set() else _why(target, error)
        raise FetchFailed(message) from error
    finally:
        timer.cancel()
        connection.close()


def _connection(target: SplitResult, connect_seconds: float) -> http.client.HTTPConnection:
    assert target.hostname is not None
    if target.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            target.hostname, target.port, timeout=connect_seconds, context=context
        )
    return http.client.HTTPConnection(target.hostname, target.port, timeout=connect_seconds)


def _answer(
    target: SplitResult,
    answer: http.client.HTTPResponse,
    clock: Clock,
    most_bytes: int,
    is_late: Callable[[], bool],
) -> Fetched | str:
    host = target.hostname
    if answer.status in _REDIRECTS and answer.headers.get("Location"):
        return answer.headers["Location"]
    if answer.status != 200:
        raise FetchFailed(
            f"{host} が {answer.status} を返しました。混雑や保守のことがあります。次の回にもう一度取得します",
            status=answer.status,
            retry_after=_retry_after(answer.headers.get("Retry-After"), clock),
        )
    body = answer.read(most_bytes + 1)
    if is_late():
        raise TimeoutError
    if len(body) > most_bytes:
        raise FetchFailed(
            f"{host} の応答が {most_bytes:,} バイトを超えました。取得先の設定を確かめてください"
        )
    if answer.length:  # the server promised more
        raise http.client.IncompleteRead(body, answer.length)
    content_type = answer.headers.get_content_type() if "Content-Type" in answer.headers else ""
    if content_type in _PAGES or body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise PageInstead(
            f"{host} がデータの代わりに Web ページを返しました（保守やエラーの画面など）。次の回にもう一度取得します",
            body,
        )
    return Fetched(target.geturl(), body, content_type)


def _retry_after(value: str | None, clock: Clock) -> timedelta | None:
    """`Retry-After` in seconds or as a date; never longer than half an hour, for the watch must go on."""
    if not value:
        return None
    try:
        wait = timedelta(seconds=int(value))
    except (ValueError, OverflowError):
        try:
            wait = parsedate_to_datetime(value) - clock()
        except (ValueError, TypeError):
            return None
    return min(max(wait, timedelta()), LONGEST_RETRY_AFTER)


def _late(target: SplitResult, total_seconds: float) -> str:
    return f"{target.hostname} の応答が {total_seconds:g} 秒で終わりませんでした。次の回にもう一度取得します"


def _why(target: SplitResult, error: Exception) -> str:
    host = target.hostname
    if isinstance(error, ssl.SSLError):
        return f"{host} の証明書を確認できません（{error.reason or error}）。取得先の設定と証明書を確かめてください"
    if isinstance(error, socket.gaierror):
        return f"{host} の名前を引けません。ネットワークと取得先の設定を確かめてください"
    if isinstance(error, TimeoutError):
        return f"{host} が時間内に応答しません。次の回にもう一度取得します"
    if isinstance(error, http.client.HTTPException):
        return f"{host} の応答が途中で切れました（{type(error).__name__}）。次の回にもう一度取得します"
    return f"{host} に接続できません（{getattr(error, 'strerror', None) or error}）。ネットワークを確かめてください"
