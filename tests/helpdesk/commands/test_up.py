import socket

from click.testing import CliRunner, Result

from helpdesk.commands.up import command


def up(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_port_that_is_taken_is_refused_before_anything_is_made(instance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = up("--demo", "--port", str(port))
    assert result.exit_code == 2
    assert f"ポート {port} を使えません" in result.output
    assert not (instance / "demo").exists()


def test_a_demonstration_never_starts_over_real_data(migrated, free_port) -> None:
    result = up("--demo", "--port", str(free_port))
    assert result.exit_code == 2
    assert "業務のデータがあります" in result.output
    assert not (migrated / "demo").exists()


def test_a_demonstration_is_never_started_as_a_real_instance(instance, free_port) -> None:
    instance.mkdir()
    (instance / "demo").touch()
    result = up("--port", str(free_port))
    assert result.exit_code == 2
    assert "--demo を付けるか" in result.output


def test_wrong_settings_are_all_listed(instance, monkeypatch, free_port) -> None:
    monkeypatch.setenv("HELPDESK_SMTP_PORT", "70000")
    monkeypatch.setenv("HELPDESK_DESK_ADDRESS", "nobody")
    result = up("--port", str(free_port))
    assert result.exit_code == 2
    assert "smtp_port" in result.output
    assert "desk_address" in result.output
