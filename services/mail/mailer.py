"""Where mails go: to a mail server, or into a folder where there is none."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from core.settings import Settings

_TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Mailer(Protocol):
    """Delivers a message; to deliver one again, as its Message-ID tells, changes nothing."""

    async def send(self, message: EmailMessage) -> None:
        """Raise an exception where the message was not taken."""


class FolderMailer:
    """Drops each message as an `.eml` file, named by its Message-ID."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        # A reader finds a whole file or none.
        new = self.folder / f"{name}.new"
        new.write_bytes(bytes(message))
        new.replace(self.folder / f"{name}.eml")


class SmtpMailer:
    """Hands each message to a mail server over a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        with self._connect() as server:
            if self._url.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._url.username is not None:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)


def mail_folder(settings: Settings) -> Path:
    """Return where mails go while no mail server is set."""
    return settings.state_dir / "mail"


def open_mailer(settings: Settings) -> Mailer:
    if settings.smtp_url is None:
        return FolderMailer(mail_folder(settings))
    return SmtpMailer(settings.smtp_url)
