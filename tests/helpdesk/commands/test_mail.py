"""`helpdesk mail import` as a person or a script runs it: a process of its own, files on disk, JSON lines out."""

import json
import mailbox
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cases.models import Case
from helpdesk.commands import main
from helpdesk.commands.mail import command
from helpdesk.desk import open_desk
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.settings import load_settings
from tests.helpdesk.letters import letter

KEYS = ["file", "outcome", "case", "message_id", "subject", "from", "attachments", "note"]


def run_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`helpdesk …` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from helpdesk.commands import main; main()", *arguments],
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def take_in(*paths: Path) -> list[dict]:
    """The lines of an import in this process."""
    result = CliRunner().invoke(command, ["import", *map(str, paths)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def rows(model) -> int:
    desk = open_desk(load_settings())
    with desk.database.read_session() as session:
        found = session.scalar(select(func.count()).select_from(model))
    desk.database.engine.dispose()
    return found


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """A folder for the mails of a test."""
    folder = tmp_path / "post"
    folder.mkdir()
    return folder


def test_the_command_migrates_an_empty_instance_and_answers_with_one_line_a_mail(instance, post) -> None:
    (post / "a.eml").write_bytes(letter(attachments=[("内訳①.csv", b"1,2")]))
    (post / "b.eml").write_bytes(b"")
    done = run_process("mail", "import", str(post / "a.eml"), str(post / "b.eml"))
    assert (done.returncode, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    assert list(first) == list(second) == KEYS
    assert first["file"] == str(post / "a.eml")
    assert (first["outcome"], first["attachments"]) == ("new_case", ["内訳①.csv"])
    assert first["message_id"] == "first@kitahama.example"
    assert (first["subject"], first["from"]) == ("5月分のペナルティ額について", "tanaka@kitahama.example")
    assert "5月分" in done.stdout  # readable, not escaped
    assert (second["outcome"], second["case"], second["attachments"]) == ("quarantined", None, [])
    assert second["note"]
    again = run_process("mail", "import", str(post / "a.eml"))
    assert json.loads(again.stdout)["outcome"] == "duplicate"
    assert json.loads(again.stdout)["case"] == first["case"]
    assert (rows(Case), rows(OutboxMail)) == (1, 1)


def test_a_missing_path_is_refused_and_nothing_is_done(instance, post) -> None:
    (post / "a.eml").write_bytes(letter())
    done = run_process("mail", "import", str(post / "a.eml"), str(post / "none.eml"), str(post / "nor-this"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("ファイルもフォルダーもありません") == 2
    assert str(post / "none.eml") in done.stderr
    assert not (instance / "helpdesk.sqlite3").exists()


def test_wrong_settings_are_refused_with_all_that_is_wrong(instance, post) -> None:
    (post / "a.eml").write_bytes(letter())
    environment = {"HELPDESK_SMTP_PORT": "many", "HELPDESK_DESK_ADDRESS": "nobody"}
    done = run_process("mail", "import", str(post / "a.eml"), **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "smtp_port" in done.stderr
    assert "desk_address" in done.stderr


def test_the_output_is_utf_8_whatever_the_terminal_says(instance, post) -> None:
    (post / "a.eml").write_bytes(letter(subject="髙橋㈱①🙂"))
    done = run_process(
        "mail", "import", str(post / "a.eml"), LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "new_case"
    assert json.loads(done.stdout)["subject"] == "髙橋㈱①🙂"


def test_a_file_name_that_is_no_text_does_not_stop_the_import(instance, post) -> None:
    odd = os.fsencode(post) + b"/\x83\x81\x81[\x83\x8b.eml"
    with open(odd, "wb") as file:
        file.write(letter())
    done = run_process("mail", "import", str(post))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "new_case"


def test_an_mbox_is_many_mails_each_with_its_number(instance, post) -> None:
    box = mailbox.mbox(post / "old.mbox")
    for n in range(3):
        box.add(letter(f"{n}通目\nFrom here on it is quoted\n", message_id=f"<{n}@kitahama.example>"))
    box.close()
    lines = take_in(post / "old.mbox")
    assert [line["file"] for line in lines] == [f"{post / 'old.mbox'}#{n}" for n in (1, 2, 3)]
    assert [line["outcome"] for line in lines] == ["new_case"] * 3
    assert len({line["case"] for line in lines}) == 3


def test_an_mbox_without_its_suffix_is_known_by_its_first_line(instance, post) -> None:
    box = mailbox.mbox(post / "inbox")
    box.add(letter())
    box.close()
    assert [line["file"] for line in take_in(post / "inbox")] == [f"{post / 'inbox'}#1"]


def test_a_folder_is_taken_in_the_order_of_its_names_hidden_files_left_out(instance, post) -> None:
    (post / "2.eml").write_bytes(
        letter("追加です。\n", message_id="<2@x.example>", in_reply_to="<1@x.example>")
    )
    (post / "1.eml").write_bytes(letter(message_id="<1@x.example>"))
    (post / "more").mkdir()
    (post / "more" / "3.eml").write_bytes(
        letter("外出中です。\n", message_id="<3@x.example>", auto_submitted="auto-replied")
    )
    (post / ".hidden").write_bytes(b"")
    lines = take_in(post)
    assert [Path(line["file"]).name for line in lines] == ["1.eml", "2.eml", "3.eml"]
    assert [line["outcome"] for line in lines] == ["new_case", "follow_up", "automatic_reply"]
    assert lines[0]["case"] == lines[1]["case"]
    assert lines[2]["case"] is None


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512])
def test_an_outlook_file_is_quarantined_and_says_what_to_do(instance, post, content: bytes) -> None:
    (post / "a.msg").write_bytes(content)
    [line] = take_in(post / "a.msg")
    assert line["outcome"] == "quarantined"
    assert line["note"]
    assert rows(ReceivedMail) == 1


def test_a_mail_over_the_limit_is_quarantined(instance, post, monkeypatch) -> None:
    monkeypatch.setenv("HELPDESK_MAX_MAIL_MEGABYTES", "1")
    (post / "huge.eml").write_bytes(letter() + b"x" * 1_100_000)
    [line] = take_in(post / "huge.eml")
    assert (line["outcome"], line["case"]) == ("quarantined", None)
    assert "上限" in line["note"]


def test_a_file_that_cannot_be_read_is_a_failure_that_says_which(instance, post, monkeypatch) -> None:
    (post / "a.eml").write_bytes(letter())
    (post / "b.eml").write_bytes(letter(message_id="<b@kitahama.example>"))
    opened = Path.open

    def locked(path: Path, *arguments, **options):
        if path.name == "a.eml":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", locked)
    result = CliRunner().invoke(main, ["mail", "import", str(post)])
    assert result.exit_code == 1
    assert "a.eml" in result.stderr
    assert "読めません" in result.stderr
    assert [json.loads(line)["outcome"] for line in result.stdout.splitlines()] == ["new_case"]
