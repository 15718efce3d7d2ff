"""Where what people upload is looked at: under a host of its own, which has no session's cookie.

Without one (``ATLAS_UPLOADS_BASE_URL``) uploads are kept as files and shown on no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from catalog_service.settings import Settings


def uploads_origin(settings: Settings) -> str:
    """Return the origin under which uploads are shown; empty: none, or none of its own.

    Cookies do not know ports: another port of the pages' host name is no other place.
    """
    parts = urlsplit(settings.uploads_base_url)
    if not parts.hostname or parts.hostname == urlsplit(settings.public_url).hostname:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def is_uploads_host(settings: Settings, headers: Mapping[str, str]) -> bool:
    """Tell whether a request asks the host of uploads."""
    origin = uploads_origin(settings)
    return bool(origin) and headers.get("host", "").lower() == urlsplit(origin).netloc.lower()
