"""The stylesheet and the mark, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

STATIC: Final = Path(__file__).parent / "static"


def mount(app: FastAPI) -> None:
    """Serve ``/static/…``."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
