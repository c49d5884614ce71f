"""Accounts and their sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from rest.graph import SendersGraph
from rest.representations import Body, Representation, public_id
from rest.routes import IdempotencyKey, problems, router

routes: APIRouter = router("Accounts")


class Role(StrEnum):
    CUSTOMER = "CUSTOMER"
    MERCHANT = "MERCHANT"
    ADMIN = "ADMIN"


class Account(Representation):
    """Somebody who can log in."""

    id: Annotated[str, public_id("account")]
    email: str = Field(examples=["ada@example.com"])
    name: str = Field(examples=["Ada Example"])
    role: Role


class Session(Representation):
    """An account and the tokens of its session."""

    account: Account
    access_token: str = Field(
        description="Send it as `Authorization: Bearer …` until it ends.", examples=["eyJhbGciOi…"]
    )
    expires_at: datetime = Field(description="When the access token ends.")
    refresh_token: str = Field(
        description="Gives the next tokens, once.", examples=["Zm9yIG9uZSB1c2Ugb25seQ"]
    )


class Credentials(Body):
    email: str = Field(examples=["ada@example.com"])
    password: str = Field(examples=["correct horse battery"])


class Registration(Credentials):
    name: str = Field(default="", examples=["Ada Example"])


class RefreshToken(Body):
    refresh_token: str = Field(examples=["Zm9yIG9uZSB1c2Ugb25seQ"])


@routes.post(
    "/auth/register",
    status_code=201,
    responses=problems(
        "EMAIL_TAKEN",
        "IDEMPOTENCY_KEY_REUSED",
        "INVALID_EMAIL",
        "NAME_TOO_LONG",
        "PASSWORD_LENGTH_REFUSED",
        "WRONG_CREDENTIALS",
        body=True,
    ),
    summary="Make a customer's account and log in",
)
async def register(graph: SendersGraph, body: Registration, key: IdempotencyKey = None) -> Session:
    given = body.model_dump()
    return Session.model_validate(
        await graph.change("AccountRegister", **given, idempotencyKey=key)
    )


@routes.post(
    "/auth/login",
    responses=problems("WRONG_CREDENTIALS", body=True),
    summary="Log in; the cart of X-Cart-Secret joins the account's",
)
async def log_in(graph: SendersGraph, body: Credentials) -> Session:
    return Session.model_validate(await graph.change("AccountLogIn", **body.model_dump()))


@routes.post(
    "/auth/refresh",
    responses=problems("INVALID_REFRESH_TOKEN", body=True),
    summary="Go on with a session by its refresh token",
)
async def refresh(graph: SendersGraph, body: RefreshToken) -> Session:
    return Session.model_validate(await graph.change("AccountRefresh", **body.model_dump()))


@routes.post(
    "/auth/logout",
    status_code=204,
    responses=problems("INVALID_REFRESH_TOKEN", body=True),
    summary="End a session",
)
async def log_out(graph: SendersGraph, body: RefreshToken) -> None:
    await graph.change("AccountLogOut", **body.model_dump())
