"""The names of file formats, as ``--format`` and the API take them.

Apart from `harvesters.readers.formats`, which loads every reader: the command line names them in
its help.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Format = Literal["auto", "open-list", "portal-jsonl", "dcat"]
"""``auto`` finds it out from the input."""

FORMATS: Final[tuple[str, ...]] = get_args(Format)
