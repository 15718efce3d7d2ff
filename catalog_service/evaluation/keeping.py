"""Keeping a result of measuring, with how it differs from the one kept before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.evaluation.service import kept_runs_of
from ontology.errors import AtlasError, Phrase
from search.evaluation.runs import Run, compare_runs, run_of

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def checked_name(name: str) -> str:
    """Return the name of a collection; raises ``parameter-invalid``."""
    if _NAME.fullmatch(name) is None:
        expected = Phrase("a–z, 0–9, -; 40 characters at most")
        raise AtlasError(PARAMETER_INVALID, name="--keep", value=name[:80], expected=expected)
    return name


def keep_result(atlas: Service, collection: str, found: Mapping[str, Any]) -> None:
    """Keep a result of `measure`, without texts of searches: those kept aside stay unseen.

    Adds ``against_previous``: differences of the ranking that readers ask, query by query, from
    the result of this collection that was kept before.
    """
    store = kept_runs_of(atlas)
    before = store.newest(collection)
    live = found["live"]
    results = {
        name: {key: value for key, value in row.items() if key != "failed"}
        for name, row in found["results"].items()
    }
    sentences = found["sentences"]
    result = {
        **{key: value for key, value in found.items() if key != "compared"},
        "results": results,
        "sentences": sentences and {key: sentences[key] for key in ("told", "false")},
        "against_previous": compare_runs(
            {"live": run_of(results)[live]}, {"live": _live_of(before.result) if before else {}}
        ).get("live", {}),
    }
    store.add(collection, version("shanghai-data-atlas"), result)


def _live_of(result: Mapping[str, Any]) -> Mapping[str, Mapping[str, float]]:
    run: Run = run_of(result["results"])
    return run[result["live"]]
