"""The forms that settings may take; each refusal says what would do."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

if TYPE_CHECKING:
    from collections.abc import Callable

_PORTS = range(1, 65536)
_LOOPBACK_NAMES = frozenset({"localhost", "ip6-localhost"})
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,}\]?")
_QUOTES = frozenset("\"'`“”„‘’«»")
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]")
DATABASES = ("postgresql://", "postgres://", "sqlite:///")


_MAIL = re.compile(r"[^@\s<>\"]+@[A-Za-z0-9.-]+")
_GROUP = re.compile(r"-\d{5,19}")


class DeskGroup(NamedTuple):
    """The Telegram group that a desk works in; ``desk`` is ``*`` for all that are not named."""

    desk: str
    chat: int

    def __str__(self) -> str:
        return f"{self.desk}:{self.chat}"


class Listen(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def in_capitals(value: object) -> object:
    """A word in capitals, without the spaces around it: people write ``Info``."""
    return value.strip().upper() if isinstance(value, str) else value


def in_small(value: object) -> object:
    """A word in small letters, without the spaces around it."""
    return value.strip().lower() if isinstance(value, str) else value


def _listen(value: object) -> object:
    if not isinstance(value, str):
        return value
    host, _, port = value.strip().rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) not in _PORTS:
        raise ValueError("it must be host:port, such as 127.0.0.1:8080")
    return Listen(host.strip("[]"), int(port))


def _base_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("it must start with http:// or https://")
    if not _hostname(value):
        raise ValueError("it names no server, such as https://api.telegram.org/bot")
    return value.rstrip("/")


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _webhook_url(value: str) -> str:
    parts = urlsplit(value)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if value and not (parts.hostname and (parts.scheme == "https" or local)):
        raise ValueError("it must be a full https:// address (http:// only to this machine)")
    return value


def _public_url(value: str) -> str:
    address = _webhook_url(value)
    if urlsplit(address).query or urlsplit(address).fragment:
        raise ValueError("it must end with the path under which the pages are served")
    return address.rstrip("/")


def _place(value: object) -> object:
    """A path with ``~`` opened; nothing else in it is replaced, and what would be is refused."""
    if not isinstance(value, str | Path):
        return value
    text = str(value)
    if text[:1] in _QUOTES or text[-1:] in _QUOTES:
        raise ValueError("it stands in quotation marks; take them away")
    if _VARIABLE.search(text):
        raise ValueError("a variable in it is not replaced; write the path out")
    if any(unicodedata.category(char) in {"Cc", "Cf"} for char in text):
        raise ValueError("it holds a sign that nobody sees; take it out")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError("its ~ names nobody's home folder; write the path out") from None


def _database_url(value: SecretStr) -> SecretStr:
    given = value.get_secret_value()
    if given.startswith(("sqlite:///~", "sqlite:////~")):
        raise ValueError("~ is not replaced in it; write the path out")
    if given and not given.startswith(DATABASES):
        raise ValueError(f"it must start with {' or '.join(DATABASES)}")
    return value


def _mail_address(value: str) -> str:
    address = parseaddr(value)[1]
    if value and not _MAIL.fullmatch(address):
        raise ValueError("it must be an address, such as Questions <questions@example.org>")
    return value


def _server_url(schemes: tuple[str, ...]) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        given = value.get_secret_value().strip()
        # Nothing of the value is said: it holds a password.
        if given and not (given.startswith(schemes) and _hostname(given)):
            raise ValueError(f"it must be {schemes[0]}user:password@host, or {schemes[1]}...")
        return value

    return check


def _words(value: object) -> object:
    if isinstance(value, int):
        return (value,)
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _groups(value: object) -> object:
    if not isinstance(value, str):
        return value
    given = [part.strip().rpartition(":") for part in value.split(",") if part.strip()]
    if any(not desk.strip() or not _GROUP.fullmatch(chat.strip()) for desk, _, chat in given):
        raise ValueError("it must be desk:group, such as repairs:-1001234567890,*:-1009876543210")
    named = [desk.strip() for desk, _, _ in given]
    if len(set(named)) < len(named):
        raise ValueError("it names a desk twice; a desk has one group")
    return tuple(DeskGroup(desk.strip(), int(chat)) for desk, _, chat in given)


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not _ORIGIN.fullmatch(value):
            raise ValueError(f"{value} is no origin; write https://www.example.org, no path")
    return values


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not _HOST.fullmatch(value):
            raise ValueError(f"{value} is no name of a host; write chat.example.org, nothing more")
    return values


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise ValueError(
                f"{value} is no address or network; write 10.88.0.1 or 10.88.0.0/16"
            ) from None
    return values


Address = Annotated[Listen, NoDecode, BeforeValidator(_listen)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
WebhookUrl = Annotated[str, AfterValidator(_webhook_url)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
Place = Annotated[Path, BeforeValidator(_place)]
OptionalPlace = Annotated[Path | None, BeforeValidator(_place)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_server_url(("smtps://", "smtp://")))]
ImapUrl = Annotated[SecretStr, AfterValidator(_server_url(("imaps://", "imap://")))]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_hosts)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_origins)]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_networks)]
Numbers = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_words)]
DeskGroups = Annotated[tuple[DeskGroup, ...], NoDecode, BeforeValidator(_groups)]


def has_form_of_token(token: str) -> bool:
    """Whether a text has a token's form: number, colon, secret. Only Telegram knows more."""
    return re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token) is not None
