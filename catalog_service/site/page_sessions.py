"""Who sends a page's form, and where whoever is not signed in goes first."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.http.sessions import check_form
from catalog_service.http.token_forms import PRIVATE
from catalog_service.site.rendering import View


def sender_of(request: Request, atlas: Service, form: Mapping[str, str]) -> Principal | None:
    """Return who sends a form; None: nobody who is signed in. Raises as `check_form` does."""
    session = check_form(request, form)
    return None if session is None else atlas.accounts.signed_in(session)


def sign_in(view: View) -> Response:
    """Send whoever is not signed in to where one does, and back afterwards."""
    return RedirectResponse(view.link("/login", next=view.here()), 303, PRIVATE)
