"""Who a client is to the shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass
class Credentials:
    """The tokens of a session and the secret of a cart, each as the shop gave it last.

    `api_key` is a partner's.
    """

    access_token: str | None = None
    refresh_token: str | None = None
    cart_secret: str | None = None
    api_key: str | None = None

    def headers(self) -> dict[str, str]:
        """Return what names the viewer: the headers of a request, or the payload of a socket."""
        named = {"X-API-Key": self.api_key, "X-Cart-Secret": self.cart_secret}
        if self.access_token:
            named["Authorization"] = f"Bearer {self.access_token}"
        return {name: value for name, value in named.items() if value}

    def keep(self, data: Mapping[str, Any]) -> None:
        """Take the tokens and the secret that the payloads of an answer hold."""
        for payload in data.values():
            if isinstance(payload, Mapping):
                self.access_token = payload.get("accessToken") or self.access_token
                self.refresh_token = payload.get("refreshToken") or self.refresh_token
                self.cart_secret = payload.get("secret") or self.cart_secret

    def end_session(self) -> None:
        self.access_token = self.refresh_token = None
