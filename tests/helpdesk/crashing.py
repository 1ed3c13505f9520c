"""A process that is killed on purpose: started once, it forks for every run, so that a crash costs milliseconds."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from helpdesk.desk import Desk

SERVER = """
import json, os, sys, traceback
from datetime import datetime
from helpdesk.desk import open_desk
from helpdesk.settings import load_settings
from helpdesk.workflows import answer_case, receive_mail, send_mail, watch_feeds
from helpdesk.mail import demo_server

for line in sys.stdin:
    order = json.loads(line)
    if order["work"] == "tasks":
        from helpdesk import jobs  # once, before the first fork that needs it
    child = os.fork()
    if child == 0:
        try:
            os.environ.update(order["environment"])
            now = datetime.fromisoformat(order["now"])
            desk = open_desk(load_settings(), clock=lambda: now)
            if order["work"] == "tasks":
                [job] = [job for job in jobs.timetable(demo=False) if job.name == "run_tasks"]
                job.run(desk, lambda: False)
                os._exit(0)
            if order["work"] == "watch":
                watch_feeds.watch(desk)
            else:
                receive_mail.receive_folder(desk)
            send_mail.send_due(desk)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(status, flush=True)
"""


class Round:
    """One round of the desk (the folder or the feed, then what is to be sent; or long tasks) in its own process."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, desk: Desk, *, now: datetime, fail_point: str = "", work: str = "mail") -> int:
        """The exit status: 0 done, 77 killed at the place."""
        settings = desk.settings
        environment = {
            "HELPDESK_INSTANCE": str(settings.instance),
            "HELPDESK_DATABASE_URL": settings.database_url,
            "HELPDESK_SECRET_KEY": settings.secret_key,
            "HELPDESK_DESK_ADDRESS": settings.desk_address,
            "HELPDESK_SMTP_PORT": str(settings.smtp_port),
            "HELPDESK_FAIL_POINT": fail_point,
            "HELPDESK_FEED_BASE_URL": settings.feed_base_url,
            "HELPDESK_DUTY_ADDRESSES": ",".join(settings.duty_addresses),
        }
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(
            json.dumps({"environment": environment, "now": now.isoformat(), "work": work}) + "\n"
        )
        self.server.stdin.flush()
        return int(self.server.stdout.readline())

    def end(self) -> None:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.close()
        self.server.stdout.close()
        self.server.wait(30)
