"""One sample: ``python -m catalog_service.samples.process``.

It reads a table that somebody sent, so it is a process that can be ended, with a bound on its
memory. It has no journal, no settings and no network. What is asked comes as JSON on standard
input; the sample is written to a file, and how it stands to the whole, or why there is none, goes
as JSON to standard output.
"""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import orjson

from catalog_service.samples.making import make_sample
from catalog_service.samples.model import Plan
from harvesters.limits import Limits
from harvesters.readers.data_rows import data_rows
from harvesters.readers.files import Input
from ontology.errors import AtlasError, Phrase

STOPPED: Final = "stopped"
"""Said in the place of an error's code where memory ran out."""
_NICE: Final = 10


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Write a sample; return its report as it is written, or the error."""
    plan = asked["plan"]
    made_by = Plan(**{**plan, "strata": tuple(plan["strata"]), "groups": tuple(plan["groups"])})
    table = Input(asked["name"], path=Path(asked["path"]))
    try:
        with data_rows(table, Limits(**asked["limits"])) as rows:
            made = make_sample(rows, made_by, asked["share"])
    except AtlasError as error:
        return {"error": error.code, "place": _place(error), "params": _written(error.params)}
    except (MemoryError, RecursionError):
        return {"error": STOPPED}
    Path(asked["to"]).write_bytes(made.content)
    return {"report": asdict(made.report)}


def _place(error: AtlasError) -> dict[str, Any] | None:
    return None if error.place is None else asdict(error.place)


def _written(params: Any) -> dict[str, Any]:
    return {
        name: {"text": value.text, "params": _written(value.params)}
        if isinstance(value, Phrase)
        else value
        if isinstance(value, str | int | float | None)
        else str(value)
        for name, value in params.items()
    }


def main() -> None:
    """Answer one question."""
    asked = orjson.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (asked["memory"], asked["memory"]))
    # Pages go before it.
    os.nice(_NICE)
    sys.stdout.buffer.write(orjson.dumps(answer(asked)))


if __name__ == "__main__":
    main()
