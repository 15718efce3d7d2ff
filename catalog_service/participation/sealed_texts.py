"""What people wrote in cases: encrypted at rest, read by whom the case needs, erased as a whole.

Each text is encrypted with the keys of ``ATLAS_SECRET_FILE`` and bound to its case and step, so
that it can be neither read in the database, in its backups, nor put elsewhere. Erasing takes the
rows away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.participation.errors import TEXT_TOO_LONG
from catalog_service.participation.tables import (
    case_codes,
    case_keys,
    case_papers,
    case_texts,
    cases,
)
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError

LONGEST: Final = 4_000
"""Characters of one text."""

_T: Final = case_texts.c


def sealed(keys: SecretKeys, case: int, step: int, text: str) -> bytes:
    """Return a text as it is stored."""
    return keys.encrypt(text.encode(), _context(case, step))


def demand_length(text: str) -> str:
    """Return a text without spaces around it; raises ``case-text-too-long``."""
    found = text.replace("\x00", "").strip()
    if len(found) > LONGEST:
        raise AtlasError(TEXT_TOO_LONG, length=len(found), limit=LONGEST)
    return found


def put_text(connection: sa.Connection, case: int, step: int, content: bytes) -> None:
    """Keep a text that was sealed."""
    connection.execute(case_texts.insert().values(step=step, case=case, sealed=content))


def texts_of(atlas: Service, case: int) -> Mapping[int, str]:
    """Return the texts of a case by the number of their step; none where they were erased."""
    with atlas.journal.reading_tables() as connection:
        query = sa.select(_T.step, _T.sealed).where(_T.case == case)
        rows = list(connection.execute(query))
    if not rows:
        return {}
    keys = SecretKeys.load(atlas.settings)
    return {
        row.step: keys.decrypt(bytes(row.sealed), _context(case, row.step)).decode() for row in rows
    }


def erase_texts(connection: sa.Connection, case: int) -> int:
    """Take away what was written in a case, and who brought it up; return how many texts."""
    connection.execute(cases.update().where(cases.c.number == case).values(asker=None))
    for table in (case_papers, case_codes, case_keys):
        connection.execute(table.delete().where(table.c.case == case))
    return int(connection.execute(case_texts.delete().where(_T.case == case)).rowcount)


def _context(case: int, step: int) -> str:
    return f"case {case} step {step}"
