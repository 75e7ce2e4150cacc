"""The only reader of the environment: settings over ``.env``, validated before anything runs."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_KB = Path(__file__).resolve().parent.parent / "kb" / "content"
ENV_FILE = Path(".env")


class SettingsError(Exception):
    """A setting is wrong; the message names it, says why and what to do."""


def _base_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it must start with http:// or https://")
    return value.rstrip("/")


class Settings(BaseSettings):
    """Every setting; the environment beats ``.env``; a secret may come from ``NAME_FILE``."""

    model_config = SettingsConfigDict(
        extra="forbid",
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",
        hide_input_in_errors=True,
    )

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_bot_token_file: Path | None = None
    telegram_base_url: Annotated[str, AfterValidator(_base_url)] = "https://api.telegram.org/bot"
    data_dir: Path = Path("data")
    kb_dir: Path = BUNDLED_KB
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    pseudonym_key: SecretStr = SecretStr("")
    pseudonym_key_file: Path | None = None
    cost_wrong: float = Field(default=1.2, gt=0, le=100)
    cost_missed: float = Field(default=1.0, gt=0, le=100)
    cost_needless: float = Field(default=0.8, gt=0, le=100)
    cost_question: float = Field(default=0.6, gt=0, le=100)

    target_answer: float = Field(default=0.05, gt=0, lt=1)
    target_route: float = Field(default=0.35, gt=0, lt=1)
    target_confidence: float = Field(default=0.90, gt=0, lt=1)

    @model_validator(mode="after")
    def _read_secret_files(self) -> Self:
        for name in ("telegram_bot_token", "pseudonym_key"):
            path: Path | None = getattr(self, f"{name}_file")
            if path is not None and not getattr(self, name).get_secret_value():
                setattr(self, name, SecretStr(_secret(f"{name.upper()}_FILE", path)))
        return self

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
    given: dict[str, Any] = {} if kb is None else {"kb_dir": kb}
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(_said(error, env_file)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {env_file}: {error}; save it as UTF-8 text") from None


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot read {name} ({path}): {error}") from None


def _said(error: ValidationError, env_file: Path) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else "a secret file"
    if first["type"] == "extra_forbidden":
        known = [field.upper() for field in Settings.model_fields]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
        return f"unknown setting {name} in {env_file}; did you mean {near}? See .env.example"
    return f"{name}: {first['msg'].removeprefix('Value error, ')}; see .env.example"
