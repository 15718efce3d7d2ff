"""What FastAPI gives to routes and pages: the composition root."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from catalog_service.context import Service


def service(request: Request) -> Service:
    """Return the composition root that the application was made with."""
    found: Service = request.app.state.atlas
    return found


async def _service(request: Request) -> Service:
    # Not `service` itself: what is not a coroutine is run in a thread, and waits for one.
    return service(request)


Atlas = Annotated[Service, Depends(_service)]
"""A route's parameter of this type is the composition root."""
