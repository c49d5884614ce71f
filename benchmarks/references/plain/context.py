"""What the resolvers of one request share."""

from functools import cached_property
from uuid import UUID

import strawberry
from strawberry.fastapi import BaseContext

from benchmarks.references.callers import account_of, secret_hash
from benchmarks.references.plain.loaders import Loaders, Sessions


class Context(BaseContext):
    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions
        self.loaders = Loaders(sessions)

    @cached_property
    def account(self) -> UUID | None:
        token = self._header("Authorization")
        return None if token is None else account_of(token)

    @cached_property
    def cart_secret_hash(self) -> bytes | None:
        secret = self._header("X-Cart-Secret")
        return None if secret is None else secret_hash(secret)

    def _header(self, name: str) -> str | None:
        return None if self.request is None else self.request.headers.get(name)


Info = strawberry.Info[Context, None]
