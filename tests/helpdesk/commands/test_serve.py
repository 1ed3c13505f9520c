import socket

from click.testing import CliRunner

from helpdesk.commands.serve import command


def test_an_old_schema_is_refused_with_what_to_do(instance, free_port) -> None:
    result = CliRunner().invoke(command, ["--port", str(free_port)])
    assert result.exit_code == 1
    assert "helpdesk db upgrade" in result.output


def test_a_port_that_is_taken_is_refused(migrated) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(command, ["--port", str(port)])
    assert result.exit_code == 2
    assert f"ポート {port} を使えません" in result.output
