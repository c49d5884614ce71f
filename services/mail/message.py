"""A mail as it goes out, the same bytes each time it is made."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from core.correlation import HEADER


@dataclass(frozen=True)
class Content:
    subject: str
    text: str
    html: str


def compose(
    sender: str, recipient: str, content: Content, *, key: str, date: datetime, correlation_id: str
) -> EmailMessage:
    """Write a mail of a text and an HTML part.

    `key` is the same for each attempt to send the same mail and becomes its Message-ID, by which
    mail servers and readers know it again. Raises ValueError for an address that is none.
    """
    message = EmailMessage(policy=SMTP)
    address = Address(addr_spec=parseaddr(sender)[1])
    message["Message-ID"] = f"<{key}@{address.domain}>"
    message["Date"] = date
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = content.subject
    # Mail programs answer neither with absence notes nor with receipts (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message[HEADER] = correlation_id
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    # A Message-ID that is folded onto a second line reads as another to some.
    message.policy = SMTP.clone(max_line_length=998)
    message.set_boundary(hashlib.sha256(key.encode()).hexdigest()[:32])
    return message
