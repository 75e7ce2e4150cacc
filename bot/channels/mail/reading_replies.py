"""Reads a mail: from raw bytes to what somebody has newly written, and the files beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from bot.channels.mail import texts
from bot.channels.mail.addresses import clean_line
from bot.channels.mail.html_text import text_of_html
from bot.channels.mail.quoting import new_text
from bot.escalation.tickets import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

MAX_FILES = 20
MAX_FILE_NAME = 120
MAX_ADDRESSES = 200


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it was received.

    Attributes:
        message: parsed.
        digest: what recognises it, whatever number or way it comes by: of its ``Message-ID`` and
            of its content, for some programs give all their mails the same name.
        subject: in one line.
        text: what is new in it; empty: nothing.
        files: what is attached, with names that are harmless.
    """

    message: EmailMessage
    digest: str
    subject: str
    text: str
    files: tuple[Attachment, ...] = ()

    @property
    def text_with_files(self) -> str:
        """What the asker reads: the files are named, so that they can be asked for."""
        return self.text_naming_files(texts.ATTACHMENTS)

    def text_naming_files(self, heading: str) -> str:
        """The text with the names and sizes of the files below a heading, if there are any."""
        if not self.files:
            return self.text
        listed = "\n".join(
            f"- {file.name} ({texts.size_in_words(file.size)})" for file in self.files
        )
        return f"{self.text}\n\n{heading}\n{listed}".strip()


def parse_mail(raw: bytes) -> EmailMessage:
    """The message of raw bytes; the library takes any and notes what is wrong with it."""
    return message_from_bytes(raw, policy=policy.default)


def read_mail(raw: bytes) -> Received:
    """Read a mail; whatever its form, something comes of it."""
    message = parse_mail(raw)
    text, files = _new_text(message), tuple(_files(message))
    told = [_header(message, name) for name in ("Message-ID", "From", "Date", "Subject")]
    whole = "\0".join([*told, text, *(file.sha256 for file in files)])
    return Received(
        message,
        hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest(),
        clean_line(_header(message, "Subject"), 200),
        text,
        files,
    )


def addresses_of(message: EmailMessage) -> list[str]:
    """Where a mail was sent to, as far as its headers say."""
    names = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To")
    found = [str(value) for name in names for value in message.get_all(name, [])]
    return found[:MAX_ADDRESSES]


def references_of(message: EmailMessage) -> list[str]:
    """Which mails it answers, as far as its headers say."""
    found = (str(value) for name in ("In-Reply-To", "References") for value in _all(message, name))
    return list(found)


def _all(message: EmailMessage, name: str) -> list[str]:
    return [str(value) for value in message.get_all(name, [])]


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, "") or "")


def _new_text(message: EmailMessage) -> str:
    """From the HTML, where clients mark what they quote; from the plain text without it."""
    html = "\n".join(_bodies(message, "text/html"))
    if html and (found := new_text(text_of_html(html))):
        return found
    return new_text("\n".join(_bodies(message, "text/plain")))


def _bodies(message: EmailMessage, kind: str) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == kind and not _is_file(part):
            yield _words(part)


def _words(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        # What is not UTF-8 is what Western clients wrote before it, whatever they call it.
        return content.decode("cp1252", "replace")


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _files(message: EmailMessage) -> Iterator[Attachment]:
    found = [part for part in message.walk() if not part.is_multipart() and _is_file(part)]
    for part in found[:MAX_FILES]:
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        yield Attachment(
            "document",
            harmless_name(part.get_filename() or ""),
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def harmless_name(name: str) -> str:
    """The name of a file without folders and control characters, at most 120 characters."""
    plain = clean_line(name.replace("\\", "/").rpartition("/")[2], 1000).lstrip(".")
    if len(plain) > MAX_FILE_NAME:
        stem, _, ending = plain.rpartition(".")
        plain = f"{stem[: MAX_FILE_NAME - 12]}.{ending[:10]}" if stem else plain[:MAX_FILE_NAME]
    return plain or "fichier"
