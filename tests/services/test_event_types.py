"""The declarations of events: whole, and safe to keep for years."""

import pytest
from pydantic import ValidationError

from services import event_types
from services.event_types import EVENT_TYPES, AccountPayload, EventType


def test_every_type_is_found_by_its_name() -> None:
    declared = [each for each in vars(event_types).values() if isinstance(each, EventType)]

    assert list(EVENT_TYPES.values()) == declared
    assert {name.count(".") for name in EVENT_TYPES} == {1}


def test_what_concerns_one_account_or_client_is_nobody_elses() -> None:
    private = {name for name, each in EVENT_TYPES.items() if each.is_private}

    of_accounts = {name for name in EVENT_TYPES if name.startswith("account.")}
    of_jobs = {name for name in EVENT_TYPES if name.startswith("job.")}
    assert private == of_accounts | of_jobs | {"webhook.disabled"}


def test_a_payload_says_what_is_declared_and_nothing_else() -> None:
    with pytest.raises(ValidationError):
        AccountPayload.model_validate({"accountId": "account_1", "password": "secret"})
