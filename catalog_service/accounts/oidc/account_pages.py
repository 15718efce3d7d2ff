"""``/account/oidc``: linking one's account with an identity of the provider, and unlinking it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.next_address import HOME
from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.errors import OIDC_OFF
from catalog_service.accounts.oidc.leaving import begin_attempt, leave_by_page
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.sessions import check_form
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.site.rendering import View
from catalog_service.site.trust import in_language
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)


@router.post("/account/oidc")
async def change_link(request: Request, atlas: Atlas) -> Response:
    """Lead to the provider to link one's own account, or unlink it."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        session = check_form(request, form)
        if session is None:
            return RedirectResponse(view.link("/login", next=HOME), 303, PRIVATE)
        provider = atlas.oidc
        if provider is None:
            raise AtlasError(OIDC_OFF)
        action = form.get("action", "")
        if action == "unlink":
            provider.unlink(session.account.id)
            return RedirectResponse(view.link(HOME), 303, PRIVATE)
        if action != "link":
            expected = "link, unlink"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        attempt = Attempt.begin("link", HOME, atlas.clock.now())
        answer = leave_by_page(
            view, provider.address_of(attempt, view.lang), in_language(provider.name, view.lang)
        )
        begin_attempt(answer, atlas.settings, attempt)
        return answer

    return await run_in_pool(thread_pools(request).writes, work)
