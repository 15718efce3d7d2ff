"""Who is at the workbench, and what its forms send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Depends, Request

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.request_bodies import receive_bytes
from catalog_service.http.token_forms import sender_of
from ontology.errors import AtlasError
from ontology.limits import MIB

_MAX_FIELDS: Final = 2_000
"""Fields of a form: a decision names some hundreds of versions."""


def _worker(bearer: Bearer) -> Principal:
    return require_somewhere(bearer, Action.WORKBENCH_READ)


Worker = Annotated[Principal, Depends(_worker)]
"""A page's parameter of this type is who is at the workbench; raises as `require` does."""


def sender(request: Request, form: Mapping[str, str], bearer: Principal | None) -> Principal:
    """Return who sends a form: whose session's page it comes from, or the bearer of a token.

    Raises ``form-not-ours``, ``token-not-valid``, and as `require` does.
    """
    found = bearer if bearer is not None else sender_of(request, form)
    return require_somewhere(found, Action.WORKBENCH_READ)


async def receive_fields(request: Request) -> dict[str, list[str]]:
    """Return all values of each field of a form; raises as reading a body does."""
    text = (await receive_bytes(request, MIB)).decode("utf-8", "replace")
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise AtlasError(
            PARAMETER_INVALID,
            name="fields",
            value=f"> {_MAX_FIELDS}",
            expected=f"≤ {_MAX_FIELDS}",
        ) from error


def first_values(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the first value of each field."""
    return {name: values[0] for name, values in fields.items()}
