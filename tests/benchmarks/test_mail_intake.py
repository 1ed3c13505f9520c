"""P12: what it costs to take in a mail, beside the least that could keep one."""

import sqlite3
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest

from helpdesk.workflows.receive_mail import receive_raw
from tests.benchmarks.measuring import report, side_by_side
from tests.helpdesk.letters import letter

pytestmark = pytest.mark.long
MAILS = 30


def test_taking_in_a_mail_stays_within_reach_of_parsing_and_inserting_it(world, tmp_path, capsys) -> None:
    numbers = count()
    plain = sqlite3.connect(tmp_path / "plain.sqlite3", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute(
        "CREATE TABLE mail (id INTEGER PRIMARY KEY, message_id TEXT UNIQUE, subject TEXT, body TEXT)"
    )

    def raw() -> bytes:
        number = next(numbers)
        return letter(f"{number}通目です。\n" * 20, message_id=f"<{number}@kitahama.example>")

    def least() -> None:
        for _ in range(MAILS):
            mail = message_from_bytes(raw(), policy=default)
            row = (mail["Message-ID"], mail["Subject"], mail.get_content())
            plain.execute("INSERT INTO mail (message_id, subject, body) VALUES (?, ?, ?)", row)

    def whole() -> None:
        outcomes = {receive_raw(world.desk, raw(), source="import").outcome for _ in range(MAILS)}
        assert outcomes == {"new_case"}

    seconds = side_by_side(5, least=least, whole=whole)
    plain.close()
    report(capsys, f"taking in {MAILS} mails", seconds)
    assert seconds["whole"] / seconds["least"] < 60
