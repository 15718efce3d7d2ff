"""Papers of an application: its form, its agreement and the signed document, encrypted at rest.

Each is encrypted with the keys of ``ATLAS_SECRET_FILE`` and bound to its case and kind; erasing a
case takes them away with its texts.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.participation.tables import case_papers
from catalog_service.secret_keys import SecretKeys

PaperKind = Literal["form", "agreement", "document", "picture"]
"""``form``: who applies, for what of the dataset, or what a result is; ``agreement``: its text and
signatures; ``document``: the file that both have signed; ``picture``: a result's screenshot.
"""

_P: Final = case_papers.c


def seal(keys: SecretKeys, case: int, kind: PaperKind, content: bytes) -> bytes:
    """Return a paper as it is stored."""
    return keys.encrypt(content, _context(case, kind))


def put_paper(connection: sa.Connection, case: int, kind: PaperKind, sealed: bytes) -> None:
    """Keep a paper in the place of the one that was there."""
    connection.execute(case_papers.delete().where(_P.case == case, _P.kind == kind))
    connection.execute(case_papers.insert().values(case=case, kind=kind, sealed=sealed))


def paper(atlas: Service, case: int, kind: PaperKind) -> bytes | None:
    """Return a paper; None where there is none, or none any more. Raises as decrypting does."""
    with atlas.journal.reading_tables() as connection:
        query = sa.select(_P.sealed).where(_P.case == case, _P.kind == kind)
        found = connection.execute(query).scalar()
    if found is None:
        return None
    return SecretKeys.load(atlas.settings).decrypt(bytes(found), _context(case, kind))


def has_paper(atlas: Service, case: int, kind: PaperKind) -> bool:
    """Tell whether there is a paper, without reading it."""
    with atlas.journal.reading_tables() as connection:
        query = sa.select(_P.kind).where(_P.case == case, _P.kind == kind)
        return connection.execute(query).first() is not None


def paper_as_json(atlas: Service, case: int, kind: PaperKind) -> Any:
    """Return what a paper says; None as `paper` does."""
    found = paper(atlas, case, kind)
    return None if found is None else orjson.loads(found)


def _context(case: int, kind: PaperKind) -> str:
    return f"case {case} {kind}"
