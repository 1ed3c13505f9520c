"""Settings of one instance: from the environment (`HELPDESK_*`) and `settings.toml` in the instance folder.

All that is wrong is listed at once; the process then stops. The environment wins over the file.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from helpdesk.errors import Problem, Refused

_DEFAULTS: dict[str, Any] = {
    "database_url": "",
    "base_url": "http://127.0.0.1:8000",
    "desk_address": "desk@helpdesk.example",
    "desk_name": "容量市場 問合せ窓口",
    "smtp_host": "127.0.0.1",
    "smtp_port": 25,
    "smtp_security": "none",
    "smtp_user": "",
    "smtp_password": "",
    "session_hours": 12,
    "max_mail_megabytes": 30,
    "watch_enabled": False,
    "feed_base_url": "https://web-kohyo.occto.or.jp/kks-web-public",
    "feed_stale_minutes": 40,  # no new UPDATE stamp for longer than this: the feed stands still (domain.md §4.7)
    "duty_addresses": "",
    "invoice_due_days": 20,  # calendar days; nothing is published (domain.md §2.3)
    "silence_confirms_after_days": "",  # working days; empty: silence never counts as confirmation
    "dunning_after_days": "5,15,30",  # bank days after the due day, one a step; nothing is published
    "own_bank_code": "",  # 振込元口座: whence payments go out, as a bank writes it (kana: JIS X 0201)
    "own_bank_name_kana": "",
    "own_branch_code": "",
    "own_branch_name_kana": "",
    "own_account_kind": "",
    "own_account_number": "",
    "transfer_client_code": "",  # 振込依頼人コード, given by the bank
    "transfer_client_kana": "",
}
TRANSFER_SETTINGS = tuple(name for name in _DEFAULTS if name.startswith(("own_", "transfer_")))
_SWITCH = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
_SMTP_SECURITY = ("none", "starttls", "tls")


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked settings. Folders are made when the instance is opened, not here."""

    instance: Path
    database_url: str
    base_url: str
    desk_address: str
    desk_name: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    session_hours: int
    max_mail_megabytes: int
    secret_key: str
    demo: bool
    watch_enabled: bool = _DEFAULTS["watch_enabled"]  # 広域予備率の監視を時刻表どおりに行う
    feed_base_url: str = _DEFAULTS["feed_base_url"]
    feed_stale_minutes: int = _DEFAULTS["feed_stale_minutes"]
    duty_addresses: tuple[str, ...] = ()  # whom the watch tells, day and night
    invoice_due_days: int = _DEFAULTS["invoice_due_days"]  # 支払期限: so many calendar days after the invoice
    silence_confirms_after_days: int | None = None  # みなし確認: after so many working days; None: never
    dunning_after_days: tuple[int, ...] = (5, 15, 30)  # 督促: so many bank days after the due day
    own_bank_code: str = ""  # 振込元口座 and 振込依頼人: without them no transfer is ordered
    own_bank_name_kana: str = ""
    own_branch_code: str = ""
    own_branch_name_kana: str = ""
    own_account_kind: str = ""
    own_account_number: str = ""
    transfer_client_code: str = ""
    transfer_client_kana: str = ""

    @property
    def feed_stale_after(self) -> timedelta:
        """How long the feed may say nothing new."""
        return timedelta(minutes=self.feed_stale_minutes)

    @property
    def blobs_folder(self) -> Path:
        """Raw mails, attachments and issued documents, by digest."""
        return self.instance / "blobs"

    @property
    def slots_folder(self) -> Path:
        """Immutable slot files (コマ別データ)."""
        return self.instance / "slots"

    @property
    def index_folder(self) -> Path:
        """The knowledge base's index: a cache that can be rebuilt."""
        return self.instance / "index"

    @property
    def inbox_folder(self) -> Path:
        """Maildir from which the desk takes its mail."""
        return self.instance / "mail" / "inbox"

    @property
    def demo_mailbox_folder(self) -> Path:
        """Maildir that plays the businesses' mailboxes in a demonstration."""
        return self.instance / "mail" / "demo-mailbox"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises `Refused` with every problem."""
    instance = Path(environ.get("HELPDESK_INSTANCE", "instance")).resolve()
    problems: list[Problem] = []
    values = dict(_DEFAULTS)
    values.update(_from_file(instance / "settings.toml", problems))
    for name in _DEFAULTS:
        variable = f"HELPDESK_{name.upper()}"
        if variable in environ:
            values[name] = environ[variable]
    _convert_numbers(values, problems)
    values["watch_enabled"] = _switch("watch_enabled", values["watch_enabled"], problems)
    values["duty_addresses"] = _addresses(values["duty_addresses"])
    values["silence_confirms_after_days"] = _days_or_never(
        "silence_confirms_after_days", values["silence_confirms_after_days"], problems
    )
    values.update({name: str(values[name]).strip() for name in TRANSFER_SETTINGS})
    values["dunning_after_days"] = _rising_days("dunning_after_days", values["dunning_after_days"], problems)
    values["database_url"] = values["database_url"] or f"sqlite:///{instance / 'helpdesk.sqlite3'}"
    _check(values, problems)
    if problems:
        raise Refused(problems)
    return Settings(
        instance=instance,
        secret_key=environ.get("HELPDESK_SECRET_KEY") or _secret_key(instance),
        demo=(instance / "demo").exists(),
        **values,
    )


def _from_file(path: Path, problems: list[Problem]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), f"TOML として読めません（{error}）。書式を直してください"))
        return {}
    for name in values.keys() - _DEFAULTS.keys():
        problems.append(Problem(str(path), f"設定 {name} はありません。綴りを確かめてください"))
    return {name: value for name, value in values.items() if name in _DEFAULTS}


def _convert_numbers(values: dict[str, Any], problems: list[Problem]) -> None:
    for name, default in _DEFAULTS.items():
        if not isinstance(default, int) or isinstance(default, bool):
            continue
        try:
            values[name] = int(str(values[name]))
        except ValueError:
            problems.append(Problem(name, f"「{values[name]}」は整数ではありません"))
            values[name] = default


def _switch(name: str, value: Any, problems: list[Problem]) -> bool:
    """A setting that is on or off, as TOML and as the environment write it."""
    meaning = _SWITCH.get(str(value).lower())
    if meaning is None:
        problems.append(Problem(name, f"「{value}」は true か false で書いてください"))
    return bool(meaning)


def _addresses(value: Any) -> tuple[str, ...]:
    """A list in the file, or addresses separated by commas; each once, in order."""
    pieces = value if isinstance(value, list) else str(value).split(",")
    return tuple(dict.fromkeys(str(piece).strip() for piece in pieces if str(piece).strip()))


def _days_or_never(name: str, value: Any, problems: list[Problem]) -> int | None:
    """A number of working days, or none at all."""
    text = str(value).strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 60:
        problems.append(Problem(name, f"「{text}」は 1〜60 の整数か、空（なし）にしてください"))
        return None
    return int(text)


def _rising_days(name: str, value: Any, problems: list[Problem]) -> tuple[int, ...]:
    """Numbers of days, each above the one before, as a list or separated by commas."""
    pieces = value if isinstance(value, list) else str(value).split(",")
    texts = [str(piece).strip() for piece in pieces]
    days = [int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0 for text in texts]
    if days != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= 365:
        words = f"「{value}」は 1〜365 の整数を小さい順に、コンマで区切って書いてください（例 5,15,30）"
        problems.append(Problem(name, words))
    return tuple(days)


def _check(values: dict[str, Any], problems: list[Problem]) -> None:
    try:
        backend = make_url(values["database_url"]).get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            problems.append(Problem("database_url", "sqlite:/// か postgresql+psycopg:// で始めてください"))
    except ArgumentError:
        problems.append(Problem("database_url", f"「{values['database_url']}」は接続先として読めません"))
    if values["smtp_security"] not in _SMTP_SECURITY:
        problems.append(Problem("smtp_security", f"{' / '.join(_SMTP_SECURITY)} のいずれかにしてください"))
    if not 0 < values["smtp_port"] < 65536:
        problems.append(Problem("smtp_port", "1〜65535 の整数にしてください"))
    if values["session_hours"] < 1:
        problems.append(Problem("session_hours", "1 以上の整数にしてください"))
    if values["max_mail_megabytes"] < 1:
        problems.append(Problem("max_mail_megabytes", "1 以上の整数にしてください"))
    if not 1 <= values["invoice_due_days"] <= 365:
        problems.append(Problem("invoice_due_days", "1〜365 の整数にしてください"))
    if str(values["desk_address"]).count("@") != 1:
        problems.append(Problem("desk_address", "窓口のメールアドレスを 名前@ドメイン の形で書いてください"))
    for name in ("base_url", "feed_base_url"):
        if not str(values[name]).startswith(("http://", "https://")):
            problems.append(Problem(name, "http:// か https:// で始まる URL にしてください"))
    _check_watch(values, problems)


def _check_watch(values: dict[str, Any], problems: list[Problem]) -> None:
    """A watch that could tell nobody is refused; so is one that would write to the desk itself."""
    if values["feed_stale_minutes"] < 31:
        problems.append(
            Problem("feed_stale_minutes", "公表の間隔（30分）より長い、31 以上の整数にしてください")
        )
    for address in values["duty_addresses"]:
        if address.count("@") != 1:
            problems.append(Problem("duty_addresses", f"「{address}」を 名前@ドメイン の形で書いてください"))
        elif address.lower() == str(values["desk_address"]).lower():
            problems.append(
                Problem("duty_addresses", "窓口自身のアドレスには送れません。当番のアドレスを書いてください")
            )
    if values["watch_enabled"] and not values["duty_addresses"]:
        problems.append(
            Problem("duty_addresses", "監視を有効にするには、当番のメールアドレスを 1 件以上書いてください")
        )


def _secret_key(instance: Path) -> str:
    """The signing key, made once for the instance and readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        made = instance / f".secret_key.{secrets.token_hex(4)}"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(made, path)  # the first of several processes wins; nobody reads half a key
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text(encoding="ascii").strip()
