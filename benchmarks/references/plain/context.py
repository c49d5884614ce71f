"""What the resolvers of one request share."""

import strawberry
from strawberry.fastapi import BaseContext

from benchmarks.references.plain.loaders import Loaders, Sessions


class Context(BaseContext):
    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions
        self.loaders = Loaders(sessions)


Info = strawberry.Info[Context, None]
