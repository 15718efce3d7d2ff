"""The stylesheets, the scripts and the mark, as files."""

from __future__ import annotations

from os import PathLike, stat_result
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from catalog_service.site.assets import BUILT, STATIC

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_A_DAY: Final = "public, max-age=86400"
_FOR_A_WHILE: Final = "public, max-age=300"

MARK: Final = "/static/mark.svg"


class _Files(StaticFiles):
    """Files whose name holds a hash of their contents never change under it."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        built = scope["path"].startswith(f"/static/{BUILT}/assets/")
        answer.headers["Cache-Control"] = _FOR_EVER if built else _FOR_A_WHILE
        return answer


def _favicon(_request: Request) -> Response:
    """Lead those who ask for the mark at the address of old to where it is."""
    return RedirectResponse(MARK, 301, {"Cache-Control": _FOR_A_DAY})


def mount(app: FastAPI) -> None:
    """Serve ``/static/…``, and ``/favicon.ico``, which browsers ask for where no page names one."""
    app.add_route("/favicon.ico", _favicon, include_in_schema=False)
    app.mount("/static", _Files(directory=STATIC), name="static")
