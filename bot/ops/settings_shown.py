"""Settings as they may be shown, and the secret values that may not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.ops.setting_types import Listen
from bot.ops.settings import SECRETS

if TYPE_CHECKING:
    from bot.ops.settings import Settings

ADDRESSES = ("database_url", "smtp_url", "imap_url")
"""Secrets that may be shown without the password that stands in them."""

SET, NOT_SET = "set", "not set"
_UNREADABLE = "set, but it cannot be read as an address"


def effective_settings(settings: Settings) -> list[tuple[str, str]]:
    """Every setting in force, by its name in the environment, with what may be shown of it.

    A secret is ``set`` or ``not set``; the address of the database is shown without its password.
    """
    names = [name for name in type(settings).model_fields if not _is_file_of_a_secret(name)]
    return [(name.upper(), _setting_text(name, getattr(settings, name))) for name in names]


def secret_values(settings: Settings) -> tuple[str, ...]:
    """What must appear nowhere: each secret, the half of the token that counts, each password."""
    given = {name: getattr(settings, name).get_secret_value().strip() for name in SECRETS}
    halves = given["telegram_bot_token"].rpartition(":")[2]
    passwords = {word for name in ADDRESSES for word in _passwords(given.pop(name))}
    found = {*given.values(), halves, *passwords}
    return tuple(sorted(found - {""}, key=lambda value: (-len(value), value)))


def _is_file_of_a_secret(name: str) -> bool:
    return name.removesuffix("_file") in SECRETS and name.endswith("_file")


def _setting_text(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        given = value.get_secret_value().strip()
        if name in ADDRESSES and given:
            return without_password(given)
        return SET if given else NOT_SET
    if isinstance(value, Listen):
        return f"{value.host}:{value.port}"
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return shown or NOT_SET


def without_password(address: str) -> str:
    """An address of a server that may be shown: its password and its options are gone."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return _UNREADABLE
    user = f"{parts.username}@" if parts.username else ""
    # The password may also stand among the options.
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}"


def _passwords(address: str) -> set[str]:
    """The password of an address of a server, as it is written and as it is meant."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return {address}
    options = (option.partition("=") for option in parts.query.split("&"))
    found = {value for name, _, value in options if name in {"password", "sslpassword"}}
    found |= {parts.password} if parts.password else set()
    return found | {unquote(password) for password in found}
