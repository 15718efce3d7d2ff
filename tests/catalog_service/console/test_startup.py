"""What commands load when they start."""

from __future__ import annotations

import subprocess
import sys

LOADED = "import sys, catalog_service.main; print(*sorted({'fastapi', 'jinja2'} & {*sys.modules}))"


def test_commands_do_not_load_the_web_framework() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    assert loaded.stdout.decode().split() == []
