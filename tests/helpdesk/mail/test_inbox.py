import logging
import mailbox
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.fail_points import EXIT_STATUS
from helpdesk.mail.inbox import read_folder

KILLED_READER = """
import sys
from pathlib import Path
from helpdesk.mail.inbox import read_folder

folder, ledger = sys.argv[1:]

def handle(raw, key):
    with open(ledger, "a") as file:
        file.write(key + "\\n")

read_folder(Path(folder), handle)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def put(folder: Path, *names: str) -> list[str]:
    box = mailbox.Maildir(folder, create=True)
    return [box.add(f"Subject: {name}\n\nbody\n".encode()) for name in names]


class Ledger:
    """Stands for the intake: keeps what it was handed, each key once."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}
        self.lock = threading.Lock()

    def __call__(self, raw: bytes, key: str) -> None:
        with self.lock:
            self.mails.setdefault(key, raw)

    def known(self, keys: list[str]) -> set[str]:
        return {key for key in keys if key in self.mails}


def test_a_folder_that_is_not_there_is_made_and_empty(folder) -> None:
    assert read_folder(folder, Ledger()) == 0
    assert (folder / "new").is_dir()


def test_new_mail_is_handed_over_once_byte_for_byte_and_then_marked_as_seen(folder) -> None:
    [key] = put(folder, "one")
    ledger = Ledger()
    assert read_folder(folder, ledger) == 1
    assert read_folder(folder, ledger) == 0
    assert ledger.mails == {f"folder:inbox:{key}": b"Subject: one\n\nbody\n"}
    assert [path.name for path in (folder / "cur").iterdir()] == [f"{key}:2,S"]


def test_mail_is_handed_over_in_the_order_of_its_delivery(folder) -> None:
    put(folder)
    for name in ("1000000000.b.host", "999999999.a.host", "1000000001.c.host"):
        (folder / "new" / name).write_bytes(name.encode())
    ledger = Ledger()
    read_folder(folder, ledger)
    assert list(ledger.mails.values()) == [b"999999999.a.host", b"1000000000.b.host", b"1000000001.c.host"]


def test_a_message_that_fails_stays_and_stops_no_other(folder, caplog) -> None:
    put(folder, "first", "broken", "last")
    ledger = Ledger()

    def handle(raw: bytes, key: str) -> None:
        if b"broken" in raw:
            raise RuntimeError("disk full")
        ledger(raw, key)

    with caplog.at_level(logging.CRITICAL):
        assert read_folder(folder, handle) == 2
    assert read_folder(folder, ledger) == 1
    assert len(ledger.mails) == 3


def test_mail_moved_but_not_read_by_a_mail_program_is_still_taken(folder) -> None:
    [key] = put(folder, "one")
    (folder / "new" / key).rename(folder / "cur" / f"{key}:2,F")
    ledger = Ledger()
    assert read_folder(folder, ledger) == 1
    assert list(ledger.mails) == [f"folder:inbox:{key}"]
    assert [path.name for path in (folder / "cur").iterdir()] == [f"{key}:2,FS"]


def test_mail_that_somebody_opened_before_the_desk_is_found_by_asking_the_ledger(folder) -> None:
    ledger = Ledger()
    put(folder, "handled")
    read_folder(folder, ledger)
    [key] = put(folder, "opened by a person")
    (folder / "new" / key).rename(folder / "cur" / f"{key}:2,S")
    assert read_folder(folder, ledger) == 0
    assert read_folder(folder, ledger, known=ledger.known) == 1
    assert read_folder(folder, ledger, known=ledger.known) == 0
    assert len(ledger.mails) == 2


def test_files_that_are_still_being_written_are_left_alone(folder) -> None:
    put(folder)
    (folder / "tmp" / "1.half").write_bytes(b"half")
    (folder / "new" / ".1.hidden").write_bytes(b"half")
    assert read_folder(folder, Ledger()) == 0


def test_two_readers_at_once_lose_nothing_and_agree_on_the_keys(folder) -> None:
    keys = put(folder, *(f"mail {number}" for number in range(40)))
    ledger, start = Ledger(), threading.Barrier(2)

    def read() -> int:
        start.wait(timeout=10)
        return read_folder(folder, ledger)

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
    assert sum(reader.result() for reader in readers) >= 40
    assert set(ledger.mails) == {f"folder:inbox:{key}" for key in keys}
    assert len(list((folder / "cur").iterdir())) == 40
    assert list((folder / "new").iterdir()) == []


@pytest.mark.parametrize("place", ["inbox.handled:2", "inbox.marked:2"])
def test_killed_between_handling_and_marking_the_message_comes_again_under_the_same_key(
    folder, tmp_path, place
) -> None:
    keys = put(folder, "a", "b", "c")
    kept = tmp_path / "ledger"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_READER, str(folder), str(kept)],
        env={**os.environ, "HELPDESK_FAIL_POINT": place},
        timeout=60,
    )
    assert killed.returncode == EXIT_STATUS
    ledger = Ledger()
    before = kept.read_text().split()
    read_folder(folder, ledger)
    assert {*before, *ledger.mails} == {f"folder:inbox:{key}" for key in keys}
    again = set(before) & set(ledger.mails)
    assert len(again) == (1 if place.startswith("inbox.handled") else 0)
