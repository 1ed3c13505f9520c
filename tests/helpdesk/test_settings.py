"""Settings come from file and environment; all that is wrong is said at once."""

from pathlib import Path

import pytest

from helpdesk.errors import Refused
from helpdesk.settings import load_settings


def test_an_empty_instance_gets_working_defaults_and_a_key_of_its_own(tmp_path: Path) -> None:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'helpdesk.sqlite3'}"
    assert len(settings.secret_key) == 64
    assert load_settings({"HELPDESK_INSTANCE": str(tmp_path)}).secret_key == settings.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('smtp_port = 2525\ndesk_name = "試験窓口"\n', encoding="utf-8")
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_SMTP_PORT": "25"})
    assert (settings.smtp_port, settings.desk_name) == (25, "試験窓口")


def test_everything_wrong_is_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'smtp_prot = 1\nsmtp_port = "abc"\nsmtp_security = "maybe"\nbase_url = "example"\n', encoding="utf-8"
    )
    with pytest.raises(Refused) as refused:
        load_settings({"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_DATABASE_URL": "mysql://x"})
    wheres = [problem.where for problem in refused.value.problems]
    assert sorted(wheres) == sorted(
        [str(tmp_path / "settings.toml"), "smtp_port", "smtp_security", "base_url", "database_url"]
    )


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("これは設定ではない", encoding="utf-8")
    with pytest.raises(Refused, match="TOML として読めません"):
        load_settings({"HELPDESK_INSTANCE": str(tmp_path)})


def test_the_watch_is_off_until_somebody_is_named_whom_it_can_tell(tmp_path: Path) -> None:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert settings.watch_enabled is False
    assert settings.feed_base_url.startswith("https://web-kohyo.occto.or.jp/")
    assert (settings.feed_stale_minutes, settings.duty_addresses) == (40, ())
    with pytest.raises(Refused, match="当番のメールアドレスを 1 件以上"):
        load_settings({"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_WATCH_ENABLED": "true"})


def test_duty_addresses_are_a_list_in_the_file_and_separated_by_commas_in_the_environment(
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_text(
        'watch_enabled = true\nduty_addresses = ["night@duty.example", "lead@duty.example"]\n',
        encoding="utf-8",
    )
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert settings.watch_enabled is True
    assert settings.duty_addresses == ("night@duty.example", "lead@duty.example")
    given = {
        "HELPDESK_INSTANCE": str(tmp_path),
        "HELPDESK_DUTY_ADDRESSES": " a@duty.example, ,b@duty.example,a@duty.example",
        "HELPDESK_WATCH_ENABLED": "0",
    }
    settings = load_settings(given)
    assert settings.duty_addresses == ("a@duty.example", "b@duty.example")
    assert settings.watch_enabled is False


def test_wrong_settings_of_the_watch_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_settings(
            {
                "HELPDESK_INSTANCE": str(tmp_path),
                "HELPDESK_WATCH_ENABLED": "perhaps",
                "HELPDESK_DUTY_ADDRESSES": "nobody,DESK@helpdesk.example",
                "HELPDESK_FEED_BASE_URL": "ftp://feed.example",
                "HELPDESK_FEED_STALE_MINUTES": "30",
            }
        )
    assert [problem.where for problem in refused.value.problems] == [
        "watch_enabled",
        "feed_base_url",
        "feed_stale_minutes",
        "duty_addresses",
        "duty_addresses",
    ]


def test_invoices_are_due_in_twenty_days_and_silence_counts_only_where_it_is_configured(
    tmp_path: Path,
) -> None:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert (settings.invoice_due_days, settings.silence_confirms_after_days) == (20, None)
    (tmp_path / "settings.toml").write_text(
        "invoice_due_days = 30\nsilence_confirms_after_days = 5\n", encoding="utf-8"
    )
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert (settings.invoice_due_days, settings.silence_confirms_after_days) == (30, 5)
    environment = {"HELPDESK_INVOICE_DUE_DAYS": "0", "HELPDESK_SILENCE_CONFIRMS_AFTER_DAYS": "いつか"}
    with pytest.raises(Refused) as refused:
        load_settings({"HELPDESK_INSTANCE": str(tmp_path), **environment})
    assert {each.where for each in refused.value.problems} == {
        "invoice_due_days",
        "silence_confirms_after_days",
    }


def test_steps_of_dunning_are_bank_days_that_rise(tmp_path: Path) -> None:
    assert load_settings({"HELPDESK_INSTANCE": str(tmp_path)}).dunning_after_days == (5, 15, 30)
    (tmp_path / "settings.toml").write_text("dunning_after_days = [3, 10]\n", encoding="utf-8")
    assert load_settings({"HELPDESK_INSTANCE": str(tmp_path)}).dunning_after_days == (3, 10)
    for wrong in ("", "5,5", "15,5", "0,5", "5,abc", "-1", "5,400", "1.5"):
        environment = {"HELPDESK_INSTANCE": str(tmp_path), "HELPDESK_DUNNING_AFTER_DAYS": wrong}
        with pytest.raises(Refused, match="小さい順に"):
            load_settings(environment)


def test_the_account_that_pays_is_text_however_it_is_written(tmp_path) -> None:
    (tmp_path / "settings.toml").write_text(
        'own_bank_code = 1234\nown_account_kind = 1\ntransfer_client_kana = " ｺｳｲｷｷｶﾝ "\n', encoding="utf-8"
    )
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path)})
    assert (settings.own_bank_code, settings.own_account_kind) == ("1234", "1")
    assert (settings.transfer_client_kana, settings.own_account_number) == ("ｺｳｲｷｷｶﾝ", "")
