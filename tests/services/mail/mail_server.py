"""A mail server in this process that keeps what it is given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from core.embedded.ports import free_port


class MailServer:
    """`received` holds every message that was taken, as its bytes.

    `answer` may be made a refusal. While `answering` is not set, clients wait for their answer.
    """

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.answer = "250 OK"
        self.answering = Event()
        self.answering.set()
        self.wants_login = False
        self.url = ""

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name.
        self, _server: object, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.original_content, bytes)
        if self.wants_login and not session.authenticated:
            return "530 Log in first"
        if self.answer.startswith("250"):
            self.received.append(envelope.original_content)
            self.recipients.append(envelope.rcpt_tos)
        await asyncio.to_thread(self.answering.wait)
        return self.answer

    def messages(self) -> list[EmailMessage]:
        return [parsed(each) for each in self.received]


def parsed(message: bytes) -> EmailMessage:
    parsed = message_from_bytes(message, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


@contextmanager
def mail_server(password: str | None = None) -> Iterator[MailServer]:
    """Run a mail server; with a password, it takes mails only from `shop` who knows it."""
    server, port = MailServer(), free_port()

    def knows(*asked: Any) -> AuthResult:
        return AuthResult(success=asked[-1] == LoginPassword(b"shop", (password or "").encode()))

    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=port,
        authenticator=knows,
        auth_require_tls=False,
    )
    server.wants_login = password is not None
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    yield server
    server.answering.set()
    controller.stop()
