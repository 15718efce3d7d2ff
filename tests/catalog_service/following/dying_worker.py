"""A worker that is killed with its news written and not committed: ``FOLDER MODULE FUNCTION``."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from catalog_service.following.upkeep import follow_up
from tests.fixtures.web import House


def main() -> None:
    """Look once, and die of SIGKILL where the function has done its work."""
    folder, module, function = sys.argv[1:]
    patched = import_module(module)
    real = getattr(patched, function)

    def dies(*given: object) -> None:
        real(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(patched, function, dies)
    house = House(Path(folder))
    with house.atlas:
        follow_up(house.atlas)


if __name__ == "__main__":
    main()
