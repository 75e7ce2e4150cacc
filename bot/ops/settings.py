"""The only reader of the environment: settings over ``.env``, validated before anything runs."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.ops.errors import BotError, reason_of
from bot.ops.secret_texts import read_secret, secret_fault
from bot.ops.setting_faults import describe_fault
from bot.ops.setting_types import (
    Address,
    BaseUrl,
    DatabaseUrl,
    DeskGroups,
    Hosts,
    ImapUrl,
    Listen,
    MailAddress,
    Networks,
    Numbers,
    OptionalPlace,
    Origins,
    Place,
    PublicUrl,
    SmtpUrl,
    WebhookUrl,
    Words,
    in_capitals,
    in_small,
    is_loopback,
)
from bot.ops.settings_file import EnvFileError, read_env_file

BUNDLED_KB = Path(__file__).resolve().parent.parent.parent / "kb" / "content"
ENV_FILE = Path(".env")
SECRETS = (
    *("telegram_bot_token", "webhook_secret", "database_url", "pseudonym_key", "metrics_token"),
    *("smtp_url", "imap_url"),
)
MIN_SECRET = MIN_WEBHOOK_SECRET = 16
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class SettingsError(BotError):
    """A setting is wrong; the message names it, says why and what to do."""


class Settings(BaseSettings):
    """Every setting; the environment beats ``.env``; a secret may come from ``NAME_FILE``."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_bot_token_file: OptionalPlace = None
    telegram_base_url: BaseUrl = "https://api.telegram.org/bot"
    telegram_mode: Annotated[Literal["polling", "webhook"], BeforeValidator(in_small)] = "polling"
    telegram_send_rate: float = Field(default=25.0, ge=0, le=1000)
    telegram_group_rate: int = Field(default=18, ge=0, le=1000)
    webhook_url: WebhookUrl = ""
    webhook_listen: Address = Listen("127.0.0.1", 8443)
    webhook_secret: SecretStr = SecretStr("")
    webhook_secret_file: OptionalPlace = None
    admin_ids: Numbers = ()
    chat_rate: int = Field(default=30, ge=1, le=10_000)

    desk_groups: DeskGroups = ()
    mail_desks: Words = ()
    mail_from: MailAddress = ""
    mail_reply_to: MailAddress = ""
    mail_authserv_id: str = ""
    smtp_url: SmtpUrl = SecretStr("")
    smtp_url_file: OptionalPlace = None
    imap_url: ImapUrl = SecretStr("")
    imap_url_file: OptionalPlace = None
    ticket_rate: int = Field(default=3, ge=1, le=1000)
    retention_ticket_days: int = Field(default=30, ge=1, le=3650)
    attachment_mb: int = Field(default=20, ge=0, le=50)

    web_listen: Address = Listen("127.0.0.1", 8080)
    web_hosts: Hosts = ()
    public_url: PublicUrl = ""
    web_embed_origins: Origins = ()
    web_proxies: Networks = ()
    metrics_token: SecretStr = SecretStr("")
    metrics_token_file: OptionalPlace = None

    data_dir: Place = Path("data")
    database_url: DatabaseUrl = SecretStr("")
    database_url_file: OptionalPlace = None
    kb_dir: Place = BUNDLED_KB
    kb_write: Annotated[Literal["no", "files", "patch"], BeforeValidator(in_small)] = "files"
    log_level: Annotated[LogLevel, BeforeValidator(in_capitals)] = "INFO"
    pseudonym_key: SecretStr = SecretStr("")
    pseudonym_key_file: OptionalPlace = None
    retention_text_days: int = Field(default=90, ge=0, le=3650)
    retention_turns_days: int = Field(default=395, ge=1, le=3650)
    digest_chat: Numbers = ()
    audit_a_week: int = Field(default=20, ge=0, le=10_000)

    cost_wrong: float = Field(default=2.0, gt=0, le=100)
    cost_wrong_desk: float = Field(default=1.2, gt=0, le=100)
    cost_missed: float = Field(default=1.0, gt=0, le=100)
    cost_needless: float = Field(default=0.7, gt=0, le=100)
    cost_question: float = Field(default=0.4, gt=0, le=100)

    unknown_share: float = Field(default=0.3, ge=0, lt=1)
    outside_share: float = Field(default=0.15, ge=0, lt=1)
    target_answer: float = Field(default=0.075, gt=0, lt=1)
    target_route: float = Field(default=0.40, gt=0, lt=1)
    target_decline: float = Field(default=0.20, gt=0, lt=1)
    target_confidence: float = Field(default=0.90, gt=0, lt=1)

    @model_validator(mode="after")
    def _read_secret_files(self) -> Self:
        for name in SECRETS:
            path: Path | None = getattr(self, f"{name}_file")
            if path is not None and not getattr(self, name).get_secret_value():
                setattr(self, name, SecretStr(_secret(f"{name.upper()}_FILE", path)))
                _refuse_odd(f"{name.upper()}_FILE ({path})", getattr(self, name))
            _refuse_odd(name.upper(), getattr(self, name))
        return self

    @model_validator(mode="after")
    def _secrets_cannot_be_guessed(self) -> Self:
        # Not the key of the pseudonyms: what was written with it can be read with no other one.
        if 0 < len(self.metrics_token.get_secret_value()) < MIN_SECRET:
            raise ValueError(f"METRICS_TOKEN needs at least {MIN_SECRET} characters")
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        needed = ("mail_from", "smtp_url", "imap_url", "mail_authserv_id")
        for name in needed if self.mail_desks else ():
            value = getattr(self, name)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(f"{name.upper()} is needed when MAIL_DESKS names desks")
        return self

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        if self.telegram_mode == "webhook":
            if not self.webhook_url:
                raise ValueError("WEBHOOK_URL is needed when TELEGRAM_MODE is webhook")
            if not _WEBHOOK_SECRET.fullmatch(self.webhook_secret.get_secret_value()):
                raise ValueError(
                    f"WEBHOOK_SECRET needs {MIN_WEBHOOK_SECRET} to 256 letters, digits, _ or -"
                )
        return self

    @property
    def public_address(self) -> str:
        """Where people reach the pages, for links in mails; empty: that is not known."""
        host = next((host for host in self.web_hosts if not is_loopback(host)), "")
        return self.public_url or (f"https://{host}" if host else "")

    @property
    def webhook_path(self) -> str:
        """The path that Telegram posts to."""
        return urlsplit(self.webhook_url).path or "/"

    @property
    def database(self) -> Path:
        """The SQLite file of the journal."""
        return self.data_dir / "aiguilleur.db"

    @property
    def token(self) -> str:
        """The Telegram token, empty when none is set."""
        return self.telegram_bot_token.get_secret_value().strip()


def load_settings(kb: Path | None = None, env_file: Path = ENV_FILE) -> Settings:
    """Read the environment over ``env_file``; ``kb`` beats ``KB_DIR``.

    Raises:
        SettingsError: an unknown key in ``env_file``, an unreadable file or a bad value.
    """
    option = {} if kb is None else {"kb_dir": kb}
    try:
        return Settings(**{**_lines_in_force(env_file), **option})
    except ValidationError as error:
        raise SettingsError(_error_text(error, env_file)) from None
    except EnvFileError as error:
        raise SettingsError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        said = f"cannot read {env_file}: {reason_of(error)}; save it as UTF-8 text"
        raise SettingsError(said) from None


def _lines_in_force(env_file: Path) -> dict[str, Any]:
    """What the file sets and the environment does not."""
    environment = {name.lower() for name, value in os.environ.items() if value}
    lines = read_env_file(env_file)
    return {name: value for name, value in lines.items() if name not in environment}


class Supervisor(NamedTuple):
    """What systemd hands to a service: its socket, and the watchdog's time in microseconds."""

    socket: str
    watchdog_usec: str
    watchdog_pid: str


def systemd_environment() -> Supervisor:
    """The variables that systemd sets in the environment; empty texts where it did not."""
    names = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
    return Supervisor(*(os.environ.get(name, "") for name in names))


def _refuse_odd(name: str, secret: SecretStr) -> None:
    if fault := secret_fault(secret.get_secret_value()):
        raise ValueError(f"{name}: {fault}")


def _secret(name: str, path: Path) -> str:
    try:
        return read_secret(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read {name} ({path}): {reason_of(error)}") from None


def _error_text(error: ValidationError, env_file: Path) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        known = [field.upper() for field in Settings.model_fields]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
        return f"unknown setting {name} in {env_file}; did you mean {near}?"
    said = describe_fault(first)
    return f"{name}: {said}" if name else said
