"""Runs the API in this process, or in several."""

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import uvicorn
from uvicorn.supervisors import Multiprocess

from core.errors import SetupError
from core.settings import Settings
from services.demo.accounts import DemoAccount
from services.mail.mailer import mail_folder

GREETING = """
  PyShop is running. Ctrl-C stops it and everything it started.

    GraphQL and GraphiQL   %(url)s/graphql
    REST                   %(url)s/docs
    Health                 %(url)s/health/ready
    Metrics                %(url)s/metrics
    Mails                  %(mails)s
%(accounts)s
%(partner)s
  Three queries to try in GraphiQL:

    { search(query: "jumper") { totalCount nodes { name } facets { brands { value count } } } }

    { categories { nodes { name productCount children { nodes { name } } } } }

    { products(first: 3, sort: PRICE_DESC) { nodes { name priceRange { highest { amount } } } } }
"""


def claim_port(settings: Settings, port: int) -> None:
    """Raise SetupError when something listens there already, before anything else is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, port))
        except OSError as error:
            raise SetupError(
                f"Port {port} cannot be used ({error.strerror}): choose another, such as"
                f" PORT={port + 1}."
            ) from error


class _GreetingServer(uvicorn.Server):
    """Says where the shop is once it really answers there."""

    greeting = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.greeting:
            print(self.greeting, flush=True)  # noqa: T201 - It is what `run` is for.


def serve(settings: Settings, port: int, *, workers: int = 1, greeting: str = "") -> None:
    """Serve until a signal; raises SetupError when serving could not begin.

    One process says its greeting once it answers; several say nothing.
    """
    # The processes that serve read their settings from the environment.
    os.environ.update(settings.environment())
    config = uvicorn.Config(
        "app.served:served_app",
        factory=True,
        host=settings.host,
        port=port,
        workers=workers,
        # A gateway or balancer keeps its idle connections for a minute or so. Closed earlier by us,
        # a request may already be on its way over one, and fails.
        timeout_keep_alive=75,
        # What is in hand is answered yet; but who does not read an answer holds up no stop.
        timeout_graceful_shutdown=10,
        log_config=None,
        access_log=False,
    )
    server = _GreetingServer(config)
    server.greeting = greeting
    # Having shut down in order, uvicorn raises the signal that told it to once more.
    with suppress(KeyboardInterrupt):
        if workers > 1:
            _serve_by_many(config)
            return
        server.run()
    if not server.started:
        raise SetupError("The API did not start; the log above says why.")


def greeting(
    settings: Settings, accounts: Sequence[DemoAccount] = (), api_key: str | None = None
) -> str:
    """Write where everything is, and whose accounts and which partner's key there are to try."""
    # The address may hold a password.
    server = settings.smtp_url and urlsplit(settings.smtp_url).hostname
    mails = server or f"{mail_folder(settings)}/*.eml"
    return GREETING % {
        "url": settings.public_url,
        "mails": mails,
        "accounts": _listed(accounts),
        "partner": f"  A partner's API key:\n\n    {api_key}\n" if api_key else "",
    }


def _listed(accounts: Sequence[DemoAccount]) -> str:
    if not accounts:
        return ""
    lines = [f"    {each.role:11}{each.email:27}{each.password}" for each in accounts]
    return "\n".join(["", "  Accounts to log in with, by their passwords:", "", *lines, ""])


def _serve_by_many(config: uvicorn.Config) -> None:
    # The processes count into files of one folder, so that /metrics of any of them tells of all.
    with TemporaryDirectory(prefix="pyshop-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        Multiprocess(config, sockets=[config.bind_socket()]).run()
