"""What a handler may say of the effect that it performs, other than that it failed."""

from datetime import datetime


class Postpone(Exception):
    """The effect cannot be performed before `until`, which counts as no attempt."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until


class GiveUp(Exception):
    """The effect is dead at once, since trying again would change nothing."""
