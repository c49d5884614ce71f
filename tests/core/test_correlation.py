import re

import pytest

from core.correlation import correlation_id


@pytest.mark.parametrize("given", ["a", "req-1.2_3", "A" * 64])
def test_keeps_the_id_of_the_client(given: str) -> None:
    assert correlation_id(given) == given


@pytest.mark.parametrize("given", [None, "", "A" * 65, "two words", "line\n", "ü", "a;b"])
def test_replaces_what_cannot_stand_in_a_log_line(given: str | None) -> None:
    assert re.fullmatch("[0-9a-f]{32}", correlation_id(given))


def test_no_two_new_ids_are_equal() -> None:
    assert correlation_id(None) != correlation_id(None)
