"""One-time codes of a device (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pyotp
import sqlalchemy as sa

from catalog_service.accounts.errors import CODE_REFUSED
from catalog_service.accounts.tables import people, recovery_codes, totp
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from catalog_service.secret_keys import SecretKeys
from catalog_service.settings import Settings
from ontology.errors import AtlasError

ISSUER: Final = "Shanghai Data Atlas"
STEP_SECONDS: Final = 30
_DRIFT: Final = 1
"""Steps that a device's clock may be off, either way."""
RECOVERY_CODES: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is taken for something else: i, l, o, 0, 1."""
_LENGTH: Final = 16
"""Characters of a recovery code: 79 bits, so that a plain digest is enough (see `tokens`)."""


@dataclass(frozen=True, slots=True)
class _Device:
    """What is stored of a device: its secret, encrypted and not, and the last step used."""

    sealed: bytes = field(repr=False)
    secret: str = field(repr=False)
    last_step: int


class SecondFactors:
    """The devices and recovery codes of people, in the journal's database.

    The secret of a device is encrypted with the keys of ``ATLAS_SECRET_FILE``, bound to its person.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        *,
        choose: Callable[[str], str] = secrets.choice,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._settings = settings
        self._choose = choose

    def begin(self, person: str) -> str:
        """Make a secret that counts once `confirm` has seen a code of it; return it (base32).

        Raises ``secret-file-needed`` and as `SecretKeys.load` does.
        """
        secret = pyotp.random_base32()
        sealed = SecretKeys.load(self._settings).encrypt(secret.encode(), _context(person))
        with self._journal.writing_tables() as connection:
            connection.execute(totp.delete().where(totp.c.person == person))
            connection.execute(totp.insert().values(person=person, secret=sealed, last_step=0))
        return secret

    def confirm(self, person: str, code: str) -> list[str]:
        """Make the device count; return recovery codes, shown once. Raises ``code-refused``."""
        device = self._device(person)
        if device is None or not self._use(person, device, code):
            raise AtlasError(CODE_REFUSED)
        now = to_number(self._clock.now())
        codes = [
            "".join(self._choose(_ALPHABET) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)
        ]
        with self._journal.writing_tables() as connection:
            # Another secret that was begun in between has seen no code yet.
            seen = totp.update().where(
                totp.c.person == person, totp.c.secret == device.sealed, totp.c.last_step > 0
            )
            if not connection.execute(seen.values(confirmed=now)).rowcount:
                raise AtlasError(CODE_REFUSED)
            connection.execute(recovery_codes.delete().where(recovery_codes.c.person == person))
            connection.execute(
                recovery_codes.insert(),
                [{"person": person, "digest": _digest(one)} for one in codes],
            )
            _count_up(connection, person)
            self._audit.append(connection, _changed(person, "one-time codes set up"))
        return ["-".join(one[i : i + 4] for i in range(0, _LENGTH, 4)) for one in codes]

    def is_begun(self, person: str, secret: str) -> bool:
        """Tell whether a secret is that of the device which a person is setting up."""
        with self._journal.reading_tables() as connection:
            sealed = connection.execute(
                sa.select(totp.c.secret).where(totp.c.person == person, totp.c.confirmed.is_(None))
            ).scalar()
        if sealed is None:
            return False
        known = SecretKeys.load(self._settings).decrypt(bytes(sealed), _context(person))
        return secrets.compare_digest(known, secret.encode())

    def is_set(self, person: str) -> bool:
        """Tell whether a person needs a code to sign in."""
        with self._journal.reading_tables() as connection:
            found = connection.execute(
                sa.select(totp.c.confirmed).where(totp.c.person == person)
            ).scalar()
        return found is not None

    def codes_left(self, person: str) -> int:
        """Return how many recovery codes have not been used."""
        query = sa.select(sa.func.count()).where(
            recovery_codes.c.person == person, recovery_codes.c.used.is_(None)
        )
        with self._journal.reading_tables() as connection:
            return connection.execute(query).scalar() or 0

    def check(self, person: str, code: str) -> bool:
        """Tell whether a code of the device, or a recovery code, is right; each is good once."""
        text = "".join(code.split()).replace("-", "").lower()
        if len(text) == _LENGTH:
            return self._use_recovery(person, text)
        device = self._device(person)
        return device is not None and self._use(person, device, text)

    def remove(self, person: str) -> None:
        """Take a device and the recovery codes away."""
        with self._journal.writing_tables() as connection:
            connection.execute(totp.delete().where(totp.c.person == person))
            connection.execute(recovery_codes.delete().where(recovery_codes.c.person == person))
            _count_up(connection, person)
            self._audit.append(connection, _changed(person, "one-time codes removed"))

    def _code(self) -> str:
        return "".join(self._choose(_ALPHABET) for _ in range(_LENGTH))

    def _device(self, person: str) -> _Device | None:
        with self._journal.reading_tables() as connection:
            row = connection.execute(sa.select(*totp.c).where(totp.c.person == person)).first()
        if row is None:
            return None
        keys = SecretKeys.load(self._settings)
        sealed = bytes(row.secret)
        return _Device(sealed, keys.decrypt(sealed, _context(person)).decode(), row.last_step)

    def _use(self, person: str, device: _Device, code: str) -> bool:
        now = int(self._clock.now().timestamp())
        made = pyotp.TOTP(device.secret, interval=STEP_SECONDS)
        for step in range(now // STEP_SECONDS - _DRIFT, now // STEP_SECONDS + _DRIFT + 1):
            if step > device.last_step and secrets.compare_digest(
                made.generate_otp(step).encode(), code.strip().encode()
            ):
                return self._used(person, device, step)
        return False

    def _used(self, person: str, device: _Device, step: int) -> bool:
        """Note that a step was used; False where another request was first.

        That of the secret whose code was seen: another one may have been begun since it was read.
        """
        with self._journal.writing_tables() as connection:
            return bool(
                connection.execute(
                    totp.update()
                    .where(
                        totp.c.person == person,
                        totp.c.secret == device.sealed,
                        totp.c.last_step < step,
                    )
                    .values(last_step=step)
                ).rowcount
            )

    def _use_recovery(self, person: str, code: str) -> bool:
        with self._journal.writing_tables() as connection:
            return bool(
                connection.execute(
                    recovery_codes.update()
                    .where(
                        recovery_codes.c.person == person,
                        recovery_codes.c.digest == _digest(code),
                        recovery_codes.c.used.is_(None),
                    )
                    .values(used=to_number(self._clock.now()))
                ).rowcount
            )


def address_of(secret: str, login: str) -> str:
    """Return the address (``otpauth:``) that a device reads from the picture."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=login, issuer_name=ISSUER
    )


def _changed(person: str, what: str) -> Entry:
    return Entry("credential.change", f"person:{person}", details={"what": what})


def _context(person: str) -> str:
    return f"totp/{person}"


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _count_up(connection: sa.Connection, person: str) -> None:
    connection.execute(
        people.update().where(people.c.id == person).values(rights=people.c.rights + 1)
    )
