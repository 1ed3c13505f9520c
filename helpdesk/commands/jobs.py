"""`helpdesk jobs`: the process that receives, sends, seals, indexes and works off long tasks."""

import logging
import signal

import click

from helpdesk.commands.instance import opened
from helpdesk.jobs import timetable
from helpdesk.supervision import follow_parent
from helpdesk.ticker import Ticker


@click.group(help="定時処理")
def command() -> None:
    """`helpdesk jobs`."""


@command.command("run", help="定時処理を動かし続けます（Ctrl-C で終了）")
def run_command() -> None:
    """Run the timetable until SIGTERM or SIGINT; several may run, one of them leads."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("helpdesk").setLevel(logging.INFO)
    with opened() as desk:
        ticker = Ticker(desk, timetable(demo=desk.settings.demo))
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda number, frame: ticker.stop())
        follow_parent()
        ticker.run()
