"""Names of the simulated platforms, apart from what serves them, for the help of a command."""

from __future__ import annotations

from typing import Final

PLATFORMS: Final = (
    "city", "district", "ckan", "dcat", "ldes", "data-json", "oai-pmh", "spreadsheet", "sparql",
)  # fmt: skip
"""The keys of `harvesters.simulator.shapes.registry.SHAPES`, in order."""
