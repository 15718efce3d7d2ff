"""The kinds of cases, each a machine of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.participation.kinds.application import APPLICATION
from catalog_service.participation.kinds.demand import DEMAND
from catalog_service.participation.kinds.objection import OBJECTION
from catalog_service.participation.kinds.result import RESULT
from catalog_service.participation.kinds.sharing import SHARING
from catalog_service.participation.machine import Machine
from catalog_service.participation.model import KindName

MACHINES: Final[Mapping[KindName, Machine]] = {
    one.kind: one for one in (DEMAND, OBJECTION, SHARING, APPLICATION, RESULT)
}
"""All kinds that can be brought up."""
