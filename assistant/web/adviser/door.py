"""The door of the adviser's pages: who is inside, and which forms are really ours. Knows cookies, tokens and sessions.

A form bears a token that is made from the session's and from nothing that a page of somebody else can read; before the login it is
made from a cookie of its own. Besides, the browser tells whether a form comes from another site, and then it is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request, Response
from starlette.types import Scope

from assistant.accounts import LASTS, Accounts, Adviser
from assistant.domain.maturity import Language

ROOT = "/adviser"
INSIDE, BEFORE = "vejviser_adviser", "vejviser_before_login"
"""Cookies: of a session, and of the login form."""
_OURS = ("same-origin", "none", "")


class OutsideError(Exception):
    """Nobody is logged in."""


class ForeignError(Exception):
    """A form that is not ours, or was made before another login."""


@dataclass(frozen=True)
class Visit:
    """A request of an adviser who is logged in."""

    adviser: Adviser
    language: Language
    token: str
    """For forms."""


class Door:
    """Lets advisers in and out."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def inside(self, request: Request, language: Language) -> Visit:
        """Who asks for a page.

        Raises:
            OutsideError: nobody is logged in, or not any more.
        """
        token = request.cookies.get(INSIDE, "")
        adviser = self.accounts.of(token) if token else None
        if adviser is None:
            raise OutsideError
        return Visit(adviser, language, _form_token(token))

    def acting(self, request: Request, language: Language, csrf: Annotated[str, Form()] = "") -> Visit:
        """Who sends a form.

        Raises:
            OutsideError: nobody is logged in, or not any more.
            ForeignError: it is not our form.
        """
        visit = self.inside(request, language)
        _ours(request, csrf, visit.token)
        return visit

    def knocking(self, request: Request, csrf: Annotated[str, Form()] = "") -> None:
        """Somebody sends the login form.

        Raises:
            ForeignError: it is not our form.
        """
        before = request.cookies.get(BEFORE, "")
        _ours(request, csrf, _form_token(before) if before else "")

    def greeted(self, request: Request) -> tuple[str, str]:
        """The cookie of the login form, and the token that goes with it."""
        before = request.cookies.get(BEFORE, "") or secrets.token_urlsafe(24)
        return before, _form_token(before)

    def leave(self, request: Request) -> None:
        """Ends the session."""
        self.accounts.logout(request.cookies.get(INSIDE, ""))

    def holds(self, scope: Scope) -> bool:
        """Whether somebody is logged in who sends this request, of which nothing was read but the head."""
        token = Request(scope).cookies.get(INSIDE, "")
        return bool(token) and self.accounts.of(token) is not None


def let_in(request: Request, response: Response, token: str) -> None:
    """Gives the browser the session."""
    _cookie(request, response, INSIDE, token, int(LASTS.total_seconds()))
    response.delete_cookie(BEFORE, path=ROOT)


def greet(request: Request, response: Response, before: str) -> None:
    """Gives the browser the cookie of the login form."""
    _cookie(request, response, BEFORE, before, 3600)


def let_out(response: Response) -> None:
    """Takes the session from the browser."""
    response.delete_cookie(INSIDE, path=ROOT)


def _cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, seconds, path=ROOT, httponly=True, samesite="lax", secure=secure)


def _form_token(secret: str) -> str:
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _ours(request: Request, given: str, expected: str) -> None:
    site = request.headers.get("sec-fetch-site", "")
    if site not in _OURS or not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForeignError
