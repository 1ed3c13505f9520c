"""`helpdesk up`: a whole instance in one command: schema, web, jobs and, in a demonstration, its mail world."""

import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping

import click
from sqlalchemy import inspect

from cases.history import SYSTEM
from helpdesk.commands.instance import refuse
from helpdesk.commands.serve import require_free_port
from helpdesk.desk import open_desk
from helpdesk.errors import InstanceUnusable, Problem, Refused
from helpdesk.migrations import upgrade
from helpdesk.settings import Settings, load_settings
from helpdesk.supervision import Program, Supervisor
from helpdesk.watch_clock import DEFAULT_SPEED, FASTEST, SLOWEST, replay_of
from helpdesk.workflows.prepare_instance import prepare_instance

HOST = "127.0.0.1"
_HEALTH_SECONDS = 1.0


@click.command(help="データベースを整え、画面・定時処理・（デモなら）メールをまとめて起動します")
@click.option("--demo", is_flag=True, help="デモ用のデータとメールで起動します（メールは外に出ません）")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="画面のポート番号"
)
@click.option(
    "--speed",
    type=click.IntRange(SLOWEST, FASTEST),
    help="デモ：2026年7月22日（需給の厳しい日）を、この倍率で初めから再生します"
    f"（初回は指定しなくても {DEFAULT_SPEED} 倍）",
)
def command(demo: bool, port: int, speed: int | None) -> None:
    """Start everything and keep it running until SIGTERM or Ctrl-C."""
    try:
        if speed is not None and not demo:
            raise Refused([Problem("--speed", "再生はデモでのみ使えます。--demo を付けてください")])
        environ = _prepare(demo=demo, port=port, speed=speed)
    except Refused as refused:
        refuse(refused)
    except InstanceUnusable as unusable:
        raise click.ClickException(str(unusable)) from unusable
    supervisor = Supervisor(_programs(environ, demo=demo, port=port), tell=_tell)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, frame: supervisor.stop())
    stopped = threading.Event()
    supervisor.start()
    threading.Thread(target=_greet, args=(port, demo, stopped), daemon=True).start()
    try:
        supervisor.run()
    finally:
        stopped.set()
    _tell("終了しました")


def _prepare(*, demo: bool, port: int, speed: int | None) -> dict[str, str]:
    """Check everything that can be refused, then bring the instance up to date; the children's environment."""
    settings = load_settings()
    _check_kind(settings, demo=demo)
    require_free_port(HOST, port)
    environ = {"HELPDESK_INSTANCE": str(settings.instance)}
    if demo:
        settings.instance.mkdir(parents=True, exist_ok=True)
        (settings.instance / "demo").touch()
        environ |= _demo_environ(port)
    desk = open_desk(load_settings({**os.environ, **environ}))
    try:
        upgrade(desk.database.engine)
        prepare_instance(desk)
        if demo:
            from helpdesk.demo.loading import load
            from helpdesk.workflows.replay_day import begin

            load(desk, progress=_tell)
            if speed is not None or replay_of(desk) is None:
                begin(desk, speed=speed or DEFAULT_SPEED, by=SYSTEM)
    finally:
        desk.knowledge.close()
        desk.database.engine.dispose()
    return environ


def _check_kind(settings: Settings, *, demo: bool) -> None:
    """A demonstration and a real instance never become one another."""
    if settings.demo and not demo:
        message = f"{settings.instance} はデモ用です。--demo を付けるか、HELPDESK_INSTANCE で別の場所を指定してください"
        raise Refused([Problem("インスタンス", message)])
    if demo and not settings.demo and _has_tables(settings):
        message = (
            f"{settings.instance} には業務のデータがあります。デモは空の場所でのみ始められます。"
            "HELPDESK_INSTANCE で別の場所を指定してください"
        )
        raise Refused([Problem("--demo", message)])


def _has_tables(settings: Settings) -> bool:
    engine = open_desk(settings).database.engine
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _demo_environ(port: int) -> dict[str, str]:
    """A demonstration's mail, feed and bank are its own, whatever the settings say."""
    from helpdesk.demo.bank import OWN_ACCOUNT

    with socket.socket() as listener, socket.socket() as other:
        listener.bind((HOST, 0))
        other.bind((HOST, 0))
        smtp_port, feed_port = listener.getsockname()[1], other.getsockname()[1]
    return {
        "HELPDESK_BASE_URL": f"http://{HOST}:{port}",
        "HELPDESK_SMTP_HOST": HOST,
        "HELPDESK_SMTP_PORT": str(smtp_port),
        "HELPDESK_SMTP_SECURITY": "none",
        "HELPDESK_SMTP_USER": "",
        "HELPDESK_SMTP_PASSWORD": "",
        "HELPDESK_FEED_BASE_URL": f"http://{HOST}:{feed_port}/kks-web-public",
        "HELPDESK_WATCH_ENABLED": "true",
        "HELPDESK_DUTY_ADDRESSES": "reserve@helpdesk.example",
    } | OWN_ACCOUNT


def _programs(environ: Mapping[str, str], *, demo: bool, port: int) -> list[Program]:
    programs = [
        Program("画面", _own("serve", "--host", HOST, "--port", str(port)), environ),
        Program("定時処理", _own("jobs", "run"), environ),
    ]
    if demo:
        servers = {
            "デモ用メールサーバー": "helpdesk.mail.demo_server",
            "デモ用公表サーバー": "helpdesk.demo.feed_server",
        }
        for title, module in servers.items():
            programs.insert(0, Program(title, [sys.executable, "-m", module], environ))
    return programs


def _own(stem: str, *arguments: str) -> list[str]:
    """One of our commands in a process of its own, whatever this one was started as."""
    return [sys.executable, "-c", f"from helpdesk.commands.{stem} import command; command()", *arguments]


def _greet(port: int, demo: bool, stopped: threading.Event) -> None:
    """Say where to go, as soon as there is something to see."""
    while not _answers(port):
        if stopped.wait(0.2):
            return
    _tell(f"起動しました: http://{HOST}:{port}/  （終了は Ctrl-C）")
    if demo:
        from helpdesk.demo.people import DEMO_PASSWORD, DEMO_USERS

        _tell(f"デモのアカウント（パスワードはすべて {DEMO_PASSWORD}）")
        for user in DEMO_USERS:
            _tell(f"  {user.login:<16}{user.display_name} … {user.explanation}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=_HEALTH_SECONDS)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status in (200, 503)  # 503: it runs, and the page says what is wrong
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tell(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
