"""Leading a browser to the provider, and knowing it again when it comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.model import SIGN_IN_MINUTES
from catalog_service.http.token_forms import PRIVATE
from catalog_service.settings import Settings
from catalog_service.site.rendering import View

_SECURE_NAME: Final = "__Host-atlas-oidc"
_PLAIN_NAME: Final = "atlas-oidc"


def begin_attempt(answer: Response, settings: Settings, attempt: Attempt) -> None:
    """Have the browser keep a sign-in that begins."""
    _set(answer, settings, attempt.cookie, 60 * SIGN_IN_MINUTES)


def forget_attempt(answer: Response, settings: Settings) -> None:
    """Have the browser forget it: an answer of the provider is good once."""
    _set(answer, settings, "", 0)


def sent_attempt(request: Request, settings: Settings, now: datetime) -> Attempt:
    """Return the sign-in that this browser began; raises ``sign-in-expired``."""
    return Attempt.read(request.cookies.get(_name(settings), ""), now)


def leave_by_page(view: View, address: str, provider: str) -> Response:
    """Return a page that leads on to the provider by itself, after a form.

    Browsers hold also the redirects that follow a form against ``form-action``, which allows this
    site alone; a page that goes on by itself is no form.
    """
    return view.render(
        "oidc_leaving.html",
        headers={**PRIVATE, "Refresh": f"0; url={address}"},
        section="",
        trail=[(provider, None)],
        address=address,
        provider=provider,
    )


def _set(answer: Response, settings: Settings, value: str, seconds: int) -> None:
    is_secure = settings.public_url.startswith("https:")
    secure = "; Secure" if is_secure else ""
    answer.headers.append(
        "Set-Cookie",
        f"{_name(settings)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
    )


def _name(settings: Settings) -> str:
    return _SECURE_NAME if settings.public_url.startswith("https:") else _PLAIN_NAME
