"""`helpdesk serve`: the web process."""

import socket
from typing import Any

import click

from helpdesk.commands.instance import opened, refuse
from helpdesk.errors import Problem, Refused
from helpdesk.settings import load_settings
from helpdesk.supervision import follow_parent


def require_free_port(host: str, port: int) -> None:
    """Raise `Refused` when something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            message = f"{host} のポート {port} を使えません（{error.strerror}）。--port で別の番号を指定してください"
            raise Refused([Problem("--port", message)]) from error


@click.command(help="ウェブの画面を提供します")
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレス")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="ポート番号")
@click.option("--threads", default=16, show_default=True, type=click.IntRange(1, 512), help="スレッドの数")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="プロセスの数")
def command(host: str, port: int, threads: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    with opened():
        pass  # refuse an old schema here, once, with a clear message
    try:
        require_free_port(host, port)
    except Refused as refused:
        refuse(refused)
    follow_parent()
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _serve({"bind": address, "threads": threads, "workers": workers})


def _serve(options: dict[str, Any]) -> None:
    from gunicorn.app.base import BaseApplication  # POSIX only, and not needed to show --help

    class Server(BaseApplication):
        """gunicorn, set up here and nowhere else."""

        def load_config(self) -> None:
            fixed = {
                "worker_class": "gthread",
                "graceful_timeout": 5,
                "control_socket_disable": True,
                "loglevel": "warning",
                "proc_name": "helpdesk serve",
            }
            for name, value in {**fixed, **options}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from helpdesk.app import create_app

            return create_app(load_settings())

    Server().run()
