"""The id of an HTTP request is found in all that follows from it."""

import re
from pathlib import Path

import httpx
import pytest

from core.correlation import HEADER
from core.settings import Settings
from tests.factories import Factory
from tests.graph import Graph
from tests.services.mail.mail_server import parsed
from tests.tasks.log import until
from tests.tasks.processes import worker

pytestmark = pytest.mark.anyio

REQUEST = 'mutation { passwordResetRequest(email: "asa@home.example") { errors { __typename } } }'
RESET = """
mutation ($token: String!) {
  passwordReset(token: $token, password: "correct horse battery") { errors { __typename } }
}
"""


async def test_a_request_is_traced_to_its_mail_and_the_mail_does_what_it_says(
    api: httpx.AsyncClient, settings: Settings, factory: Factory, tmp_path: Path
) -> None:
    await factory.account(email="asa@home.example")
    folder = settings.state_dir / "mail"

    async def is_mailed() -> bool:
        return bool(list(folder.glob("*.eml")))

    with worker(settings, tmp_path / "log"):
        answer = await api.post("/graphql", json={"query": REQUEST}, headers={HEADER: "request-7"})
        assert answer.json() == {"data": {"passwordResetRequest": {"errors": []}}}
        await until(is_mailed)

    (file,) = folder.iterdir()
    mail = parsed(file.read_bytes())
    assert mail[HEADER] == "request-7"
    assert "request-7 mail_password_reset is done\n" in (tmp_path / "log").read_text()

    token = re.findall(r"^[\w-]{43}\r$", next(mail.iter_parts()).get_content(), re.MULTILINE)[0]
    reset = await Graph(api).data(RESET, token=token.strip())
    assert reset == {"passwordReset": {"errors": []}}
