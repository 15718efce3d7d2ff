"""What the stored sides of harvests share: who owns a run, and writing as its owner."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from catalog_service.journal.codec import to_number
from catalog_service.sources.errors import HARVEST_LOST
from catalog_service.sources.harvests.model import HarvestRun
from catalog_service.sources.tables import StoredTables, harvests
from ontology.errors import AtlasError

LEASE: Final = timedelta(seconds=300)
"""How long a run belongs to its owner after its last sign of life (`heartbeat`)."""


MOST_DEATHS: Final = 3
"""Processes that may die at the same page of a run: one more would die of it, too."""


def new_owner(deaths: int = 0, pages: int = 0) -> str:
    """Return a name for one run in one process, which no other can have.

    ``deaths`` is how many owners died one after the other when the run had taken in ``pages``.
    """
    told = f".{deaths}.{pages}" if deaths else ""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex}{told}"


def deaths_before(owner: str, pages: int) -> int:
    """Return how many owners died before this one, while the run stood at the same page."""
    told = owner.rpartition(":")[2].partition(".")[2]
    deaths, _, at = told.partition(".")
    return int(deaths) if at == str(pages) else 0


def _machine() -> str:
    """Name where numbers of processes mean the same: host, boot and namespace.

    Containers may share a host's name, and a host may be given another one.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        space = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - a link that leads nowhere
    except OSError:
        boot, space = "", 0
    return f"{platform.node()}/{boot}/{space}"


def is_dead(owner: str) -> bool:
    """Tell whether the owner of a run was a process of this machine that is gone."""
    machine, process, _ = owner.split(":")
    if not _is_here(machine):
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _is_here(machine: str) -> bool:
    """Tell whether a machine is this one, by its boot or, after another boot, by its name."""
    node, _, rest = machine.partition("/")
    own_node, _, own_rest = _machine().partition("/")
    boot, _, space = rest.rpartition("/")
    own_boot, _, own_space = own_rest.rpartition("/")
    return space == own_space and (node == own_node or (boot != "" and boot == own_boot))


class HarvestTables(StoredTables):
    """The base of the stored sides of runs."""

    def _update(
        self, connection: sa.Connection, run: HarvestRun, values: Mapping[str, Any]
    ) -> None:
        lease = to_number(self._clock.now() + LEASE)
        found = connection.execute(
            harvests.update()
            .where(
                harvests.c.run == run.id,
                harvests.c.owner == run.owner,
                harvests.c.active.is_not(None),
            )
            .values(lease=lease, **values)
        )
        if not found.rowcount:
            raise AtlasError(HARVEST_LOST, run=run.id)
