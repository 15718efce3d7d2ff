"""Confirming a signature: by a service that is certified for it, or by a code of one's own.

`SignatureService` is what an agreement needs of either. `CodeSignatures` mails a code to whoever
signs: it counts once, for one step of one case, for fifteen minutes and five answers. Kept is its
hash alone, encrypted; the mail is forgotten once it was sent.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import sqlalchemy as sa

from catalog_service.accounts.service import Person
from catalog_service.acting import ASKER
from catalog_service.audit.service import Entry
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.notices.service import Notice, PersonalNotices
from catalog_service.participation.errors import (
    CODE_NOT_VALID,
    CODE_TOO_SOON,
    NO_ADDRESS,
)
from catalog_service.participation.model import Case
from catalog_service.participation.naming import WORK, asker_path
from catalog_service.participation.parties import is_asker
from catalog_service.participation.tables import case_codes
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError

LASTS: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
"""Answers to one code."""
PAUSE: Final = timedelta(minutes=1)
"""Between two codes for the same signature."""

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for each other."""
_LENGTH: Final = 8
"""40 bits, of which five answers guess nothing."""

_C: Final = case_codes.c


class SignatureService(Protocol):
    """Confirms that whoever is signed in signs."""

    def ask(self, person: Person, case: Case, step: str) -> datetime:
        """Have a confirmation sent; return until when it counts."""
        ...

    def confirm(self, person: Person, case: Case, step: str, answer: str) -> None:
        """Raise unless an answer confirms the signature."""
        ...

    def use(self, connection: sa.Connection, person: Person, case: Case) -> None:
        """Use a confirmation up, within the transaction that writes; raise where it is gone."""
        ...


def signatures_of(atlas: Service) -> SignatureService:
    """Return the service that confirms signatures here."""
    return CodeSignatures(atlas)


@dataclass(frozen=True, slots=True)
class CodeSignatures:
    """Codes by mail."""

    atlas: Service

    def ask(self, person: Person, case: Case, step: str) -> datetime:
        """Mail a code, in the place of one that was mailed before.

        Raises ``signature-no-address``, ``signature-code-soon`` and, without keys to encrypt with,
        ``secret-file-needed``.
        """
        if not self.atlas.accounts.people.get(person.id).email:
            raise AtlasError(NO_ADDRESS)
        keys, now = SecretKeys.load(self.atlas.settings), self.atlas.clock.now()
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        expires = now + LASTS
        sealed = keys.encrypt(_hash(person, case, step, code), _context(case))
        own = (_C.case == case.number, _C.person == person.id)
        with self.atlas.journal.writing_tables() as connection:
            before = connection.execute(sa.select(_C.created).where(*own)).scalar()
            if before is not None and now < to_instant(before) + PAUSE:
                raise AtlasError(CODE_TOO_SOON, seconds=int(PAUSE.total_seconds()))
            connection.execute(case_codes.delete().where(*own))
            connection.execute(
                case_codes.insert().values(
                    case=case.number,
                    person=person.id,
                    sealed=sealed,
                    created=to_number(now),
                    expires=to_number(expires),
                    tries=0,
                )
            )
            asks = is_asker(person, case)
            data = {
                "name": case.name,
                "code": f"{code[:4]}-{code[4:]}",
                "expires": f"{expires.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            }
            notice = Notice(
                "case.code",
                data,
                case.subject,
                asker_path(case) if asks else f"{WORK}/{case.name}",
            )
            PersonalNotices(self.atlas.journal).tell(connection, notice, [person.id])
            details = {"step": step}
            entry = Entry("case.code", case.name, organization=case.organization, details=details)
            if asks:
                # Who brought a case up is named in the case alone.
                entry = replace(entry, actor=ASKER, network=None)
            self.atlas.audit.append(connection, entry)
        return expires

    def confirm(self, person: Person, case: Case, step: str, answer: str) -> None:
        """Raise ``signature-code-not-valid`` unless an answer is the code; each one counts."""
        own = (_C.case == case.number, _C.person == person.id)
        now = to_number(self.atlas.clock.now())
        # In a transaction of its own: a wrong answer counts, whatever becomes of its step.
        with self.atlas.journal.writing_tables() as connection:
            query = sa.select(_C.sealed, _C.expires, _C.tries).where(*own)
            row = connection.execute(query).first()
            if row is not None:
                connection.execute(case_codes.update().where(*own).values(tries=row.tries + 1))
        if row is None or now >= row.expires or row.tries >= MOST_TRIES:
            raise AtlasError(CODE_NOT_VALID)
        known = SecretKeys.load(self.atlas.settings).decrypt(bytes(row.sealed), _context(case))
        if not hmac.compare_digest(known, _hash(person, case, step, answer)):
            raise AtlasError(CODE_NOT_VALID)

    def use(self, connection: sa.Connection, person: Person, case: Case) -> None:
        """Take a code away; raises ``signature-code-not-valid`` where it was used already."""
        own = (_C.case == case.number, _C.person == person.id)
        if not connection.execute(case_codes.delete().where(*own)).rowcount:
            raise AtlasError(CODE_NOT_VALID)


def forget_old_codes(atlas: Service) -> int:
    """Take away the hashes of codes that count no longer; returns how many."""
    now = to_number(atlas.clock.now())
    with atlas.journal.writing_tables() as connection:
        return int(connection.execute(case_codes.delete().where(_C.expires <= now)).rowcount)


def _hash(person: Person, case: Case, step: str, code: str) -> bytes:
    plain = "".join(one for one in code.upper() if one.isalnum())
    return hashlib.sha256(f"{case.number} {step} {person.id} {plain}".encode()).digest()


def _context(case: Case) -> str:
    return f"code of case {case.number}"
