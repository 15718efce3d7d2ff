"""Forms of pages for stewards, who are signed in, or send a token with each of them.

A token is checked and forgotten: it stands in no address and no cookie, and an answer that shows
what is for stewards is kept by nobody (`PRIVATE`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Request
from pydantic import StringConstraints, TypeAdapter, ValidationError

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.service import Principal
from catalog_service.accounts.tokens import Tokens
from catalog_service.errors import NOT_AUTHENTICATED, PARAMETER_INVALID
from catalog_service.http.errors import REASON_NEEDED, TOKEN_NOT_VALID
from catalog_service.http.request_bodies import receive_bytes
from catalog_service.http.sessions import check_form
from ontology.errors import AtlasError, Named, Phrase
from ontology.limits import MIB
from translations import N_

PRIVATE: Final = {"Cache-Control": "private, no-store"}
"""The headers of an answer that is for the sender of a token alone."""

MAX_REASON: Final = 1_000
"""Characters."""

Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=MAX_REASON,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$",
    ),
]
"""Text of one or more lines, which histories keep: why a steward decided so."""

_MAX_FORM: Final = MIB
MOST_FIELDS: Final = 40
"""Fields of a form, where its page does not say otherwise."""
_REASON: Final = TypeAdapter[str](Reason)


async def receive_form(request: Request, most_fields: int = MOST_FIELDS) -> dict[str, str]:
    """Return the first value of each field of a form with up to ``most_fields``.

    Raises ``body-too-large``, and ``parameter-invalid`` where there are too many fields.
    """
    text = (await receive_bytes(request, _MAX_FORM)).decode("utf-8", "replace")
    try:
        fields = parse_qs(text, max_num_fields=most_fields)
    except ValueError as error:
        expected = f"≤ {most_fields}"
        raise AtlasError(
            PARAMETER_INVALID, name="fields", value=f"> {most_fields}", expected=expected
        ) from error
    return {name: values[0] for name, values in fields.items()}


def sender_of(request: Request, form: Mapping[str, str]) -> Principal:
    """Return who sends a form: whose session's page it comes from, or whose token it holds.

    Raises ``token-not-valid``, ``form-not-ours``.
    """
    if not form.get("token", "").strip():
        session = check_form(request, form)
        if session is not None:
            accounts: Accounts = request.app.state.atlas.accounts
            return accounts.signed_in(session)
    tokens: Tokens = request.app.state.atlas.tokens
    try:
        return tokens.authenticate(form.get("token", "").strip())
    except AtlasError as error:
        if error.kind is NOT_AUTHENTICATED:
            # Whoever fills in a form sends no headers, and must not lose what was typed.
            raise AtlasError(TOKEN_NOT_VALID) from error
        raise


def reason_of(form: Mapping[str, str]) -> str:
    """Return the reason that a form gives; raises ``reason-needed``, ``parameter-invalid``."""
    # Forms send line ends as two characters.
    text = form.get("reason", "").replace("\r\n", "\n")
    try:
        return _REASON.validate_python(text)
    except ValidationError as error:
        if not text.strip():
            raise AtlasError(REASON_NEEDED, most=MAX_REASON) from error
        expected = Phrase("1–{most} characters", {"most": MAX_REASON})
        raise AtlasError(
            PARAMETER_INVALID,
            name=Named("reason", N_("Reason")),
            value=text[:80],
            expected=expected,
        ) from error
