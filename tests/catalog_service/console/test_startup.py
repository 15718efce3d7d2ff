"""What a command loads when it starts: libraries that it does not use would cost every call."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    *("sqlalchemy", "alembic", "rdflib", "pyshacl", "shacl", "tantivy", "rjieba", "opencc"),
    *("fastapi", "starlette", "uvicorn", "httpx", "elasticsearch", "numpy", "jinja2"),
    *("pydantic", "structlog", "python_calamine", "pypinyin", "mcp"),
}
SCRIPT = f"""
import sys
from catalog_service.main import command
command()
print(*sorted({HEAVY!r} & sys.modules.keys()), sep=",")
import catalog_service.atlas
print(*sorted({HEAVY!r} & sys.modules.keys()), sep=",")
import catalog_service.app
print(sum(len(room.routers()) > 0 for room in catalog_service.app.ROOMS), "mcp" in sys.modules)
"""


def test_libraries_are_loaded_by_the_commands_that_use_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    with_help, with_a_journal, with_routes = done.stdout.splitlines()
    assert with_help == ""
    assert with_a_journal == "pydantic,sqlalchemy,structlog"
    assert with_routes.endswith(" False"), "the assistants' SDK is loaded before one asks"
