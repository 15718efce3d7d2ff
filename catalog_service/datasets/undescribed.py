"""Records that a list leaves out because they cannot be described.

A list of thousands is of more use without one record than not at all: what the code did not expect
of a record ends the answer for this record alone, and the log names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

import structlog

_Record = TypeVar("_Record")
_Form = TypeVar("_Form")

_log = structlog.get_logger(__name__)

_OF_THE_RECORD: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a value can raise that was not expected; a store that fails ends the whole answer."""


def those_described(
    records: Iterable[_Record], describe: Callable[[_Record], _Form], iri: Callable[[_Record], str]
) -> Iterator[_Form]:
    """Yield what ``describe`` makes of each record; one of which it fails is logged by its IRI."""
    for record in records:
        try:
            form = describe(record)
        except _OF_THE_RECORD as error:
            _log.error("record-not-described", iri=iri(record), exc_info=error)
            continue
        yield form
