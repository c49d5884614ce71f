"""Mails: their words, their headers, and where they go."""

import re
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from pydantic import ValidationError

from core.settings import Settings
from services.mail.mailer import FolderMailer, SmtpMailer, open_mailer
from services.mail.message import Content, compose
from services.mail.rendering import render
from tests.services.mail.mail_server import MailServer, mail_server, parsed

pytestmark = pytest.mark.anyio

ORDER: dict[str, Any] = {
    "number": 100001,
    "currency": "EUR",
    "shipping": {"amount": "4.90", "currency": "EUR"},
    "total": {"amount": "44.89", "currency": "EUR"},
    "shippingAddress": {
        "recipient": "Åsa <Berg> & Co",
        "line1": "Storgata 1",
        "line2": "",
        "postalCode": "0155",
        "city": "Oslo",
        "region": "",
        "countryCode": "NO",
    },
    "lines": [
        {"quantity": 2, "name": "Jumper <script>", "total": {"amount": "20.00", "currency": "EUR"}},
        {"quantity": 1, "name": "Socks & more", "total": {"amount": "19.99", "currency": "EUR"}},
    ],
}
CONTENT = Content("Grüße", "Plain äöü\n", "<p>Rich äöü</p>\n")
ORDER_TEXT = """\
2 x Jumper <script>: 20.00 EUR
1 x Socks & more: 19.99 EUR
Shipping: 4.90 EUR
Total: 44.89 EUR

It goes to:

Åsa <Berg> & Co
Storgata 1
0155 Oslo
NO
"""


def message(**given: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": "Shop <shop@shop.example>",
        "recipient": "asa@home.example",
        "content": CONTENT,
        "key": "7.order_confirmed",
        "date": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        "correlation_id": "request-7",
    }
    return compose(**(values | given))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_a_confirmed_order_is_told_with_its_lines_and_address() -> None:
    content = render("order_confirmed", ORDER)

    assert content.subject == "Your order 100001 is confirmed"
    assert content.text == (
        f"Thank you for your order 100001.\n\n{ORDER_TEXT}\n"
        "We write again when it is on its way.\n\nPyShop\n"
    )


def test_a_shipped_order_is_told_with_its_lines_and_address() -> None:
    content = render("order_shipped", ORDER)

    assert content.subject == "Your order 100001 is on its way"
    assert content.text == f"Your order 100001 has left us.\n\n{ORDER_TEXT}\nPyShop\n"


@pytest.mark.parametrize("mail", ["order_confirmed", "order_shipped"])
def test_html_shows_names_as_text_and_runs_none_of_them(mail: str) -> None:
    html = render(mail, ORDER).html

    assert "2 x Jumper &lt;script&gt;</td>" in html
    assert "1 x Socks &amp; more</td>" in html
    assert "Åsa &lt;Berg&gt; &amp; Co<br>" in html
    assert re.findall(r"[\d.]+ EUR", html) == ["20.00 EUR", "19.99 EUR", "4.90 EUR", "44.89 EUR"]
    assert "<script" not in html


def test_a_password_reset_carries_its_token_in_both_parts() -> None:
    content = render("password_reset", {"token": "a<b"})

    assert content.subject == "Choose a new password"
    assert "\na<b\n" in content.text
    assert "<code>a&lt;b</code>" in content.html


@pytest.mark.parametrize("since", [None, "2026-11-20T10:00:00+00:00"])
def test_a_disabled_endpoint_is_named_with_its_url_and_the_reason(since: str | None) -> None:
    values = {
        "id": "webhook_1",
        "client": "A&B",
        "url": "https://acme.example/?a=<b>",
        "reason": "The receiver answered with status 500.",
        "failingSince": since,
    }
    content = render("webhook_disabled", values)

    assert content.subject == "Your webhooks are switched off"
    assert "endpoint webhook_1 of A&B:\n\nhttps://acme.example/?a=<b>\n" in content.text
    assert "\nThe receiver answered with status 500.\n" in content.text
    assert (f"\nNo attempt has worked since {since}.\n" in content.text) == (since is not None)
    assert "endpoint webhook_1 of A&amp;B:" in content.html
    assert "<code>https://acme.example/?a=&lt;b&gt;</code>" in content.html


def test_a_value_that_is_missing_is_no_gap_in_a_mail() -> None:
    with pytest.raises(UndefinedError):
        render(
            "order_confirmed",
            ORDER | {"lines": [{"quantity": 1, "total": {"amount": "1.00", "currency": "EUR"}}]},
        )


async def test_the_mail_server_is_given_exact_headers_and_both_parts(server: MailServer) -> None:
    await SmtpMailer(server.url).send(message())

    received = server.messages()[0]
    assert server.recipients == [["asa@home.example"]]
    assert {name: value for name, value in received.items() if name != "Content-Type"} == {
        "Message-ID": "<7.order_confirmed@shop.example>",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "From": "Shop <shop@shop.example>",
        "To": "asa@home.example",
        "Subject": "Grüße",
        "Auto-Submitted": "auto-generated",
        "X-Correlation-ID": "request-7",
        "MIME-Version": "1.0",
    }
    assert [(part.get_content_type(), part.get_content()) for part in received.iter_parts()] == [
        ("text/plain", "Plain äöü\r\n"),
        ("text/html", "<p>Rich äöü</p>\r\n"),
    ]
    assert b"\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" in server.received[0]


async def test_a_mail_sent_again_is_the_same_bytes(server: MailServer) -> None:
    for _ in range(2):
        await SmtpMailer(server.url).send(message())

    assert server.received[0] == server.received[1]


async def test_a_refused_mail_raises(server: MailServer) -> None:
    server.answer = "451 Try again later"

    with pytest.raises(smtplib.SMTPDataError):
        await SmtpMailer(server.url).send(message())
    assert server.received == []


async def test_the_shop_logs_in_where_its_address_says_so() -> None:
    with mail_server(password="a/b@c") as server:  # noqa: S106 - It guards a test's server.
        with pytest.raises(smtplib.SMTPException):
            await SmtpMailer(server.url).send(message())
        await SmtpMailer(server.url.replace("//", "//shop:a%2Fb%40c@")).send(message())

    assert len(server.received) == 1


async def test_a_mail_server_that_is_away_raises() -> None:
    with pytest.raises(ConnectionRefusedError):
        await SmtpMailer("smtp://127.0.0.1:1").send(message())


@pytest.mark.parametrize("recipient", ["asa@home.example\r\nBcc: all@home.example", "nobody", ""])
def test_a_recipient_cannot_bring_headers_of_its_own(recipient: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        message(recipient=recipient)


async def test_the_folder_holds_one_file_for_a_mail_sent_twice(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail")
    for _ in range(2):
        await mailer.send(message())

    files = list((tmp_path / "mail").iterdir())
    assert [each.name for each in files] == ["7.order_confirmed.eml"]
    assert parsed(files[0].read_bytes())["Subject"] == "Grüße"


def test_without_a_mail_server_mails_go_to_the_folder(tmp_path: Path) -> None:
    mailer = open_mailer(Settings(state_dir=tmp_path))

    assert isinstance(mailer, FolderMailer)
    assert mailer.folder == tmp_path / "mail"
    assert isinstance(open_mailer(Settings(smtp_url="smtp://mail.example")), SmtpMailer)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_an_address_that_is_no_mail_servers_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(smtp_url=url)
