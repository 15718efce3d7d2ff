"""Keys that encrypt what the service must keep and send again: others' passwords.

They stand in a file of their own, so that a copy of the journal alone shows nothing. Each line is a
key; the last one encrypts, and all of them decrypt. AES-256-GCM (NIST SP 800-38D) with a random
nonce binds each text to its *context*, such as the source that it belongs to: moved to another row
it does not decrypt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from catalog_service.errors import (
    SECRET_DAMAGED,
    SECRET_FILE_EXISTS,
    SECRET_FILE_NEEDED,
    SECRET_FILE_UNUSABLE,
    SECRET_KEY_MISSING,
)
from catalog_service.settings import Settings
from ontology.errors import AtlasError, Phrase
from ontology.system_errors import system_reason

_FORM: Final = b"\x01"
"""First byte of an encrypted text; then the key's name, the nonce, and the text with its tag."""
_NAME_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32
_HEAD: Final = len(_FORM) + _NAME_BYTES + _NONCE_BYTES
_MOST_BYTES: Final = 65_536
"""Longest file that is read: a thousand keys; more is another file."""
_INTRODUCTION: Final = (
    "# Keys of the catalogue's secrets (ATLAS_SECRET_FILE), one a line; the last one encrypts.\n"
    "# Keep a copy apart from backups of the journal. Lost, all credentials are given anew.\n"
)


class SecretKeys:
    """The keys of a file, in its order; neither ``repr`` nor errors show them."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {_name(key): key for key in keys}
        self._newest = keys[-1]

    @property
    def newest(self) -> str:
        """Name of the key that encrypts."""
        return _name(self._newest).hex()

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read the file; it is small, and read each time, so that a new key is used at once.

        Raises `AtlasError`: ``secret-file-needed`` where none is set, ``secret-file-unusable``.
        """
        path = _file(settings)
        try:
            with path.open("rb") as file:
                _check_access(path, os.fstat(file.fileno()))
                content = file.read(_MOST_BYTES + 1)
        except FileNotFoundError as error:
            reason = Phrase("there is none; `atlas secret create` makes one")
            raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=reason) from error
        except OSError as error:
            raise AtlasError(
                SECRET_FILE_UNUSABLE, path=path, reason=system_reason(error)
            ) from error
        return cls(_parsed(path, content))

    def encrypt(self, text: bytes, context: str) -> bytes:
        """Return a text encrypted with the newest key, bound to its context."""
        nonce = os.urandom(_NONCE_BYTES)
        head = _FORM + _name(self._newest) + nonce
        return head + AESGCM(self._newest).encrypt(nonce, text, _bound(head, context))

    def decrypt(self, encrypted: bytes, context: str) -> bytes:
        """Return a text that `encrypt` encrypted in the same context.

        Raises `AtlasError`: ``secret-key-missing``, ``secret-damaged``.
        """
        head, text = encrypted[:_HEAD], encrypted[_HEAD:]
        if len(head) < _HEAD or not head.startswith(_FORM):
            raise AtlasError(SECRET_DAMAGED, context=context)
        name = head[len(_FORM) : len(_FORM) + _NAME_BYTES]
        key = self._keys.get(name)
        if key is None:
            raise AtlasError(SECRET_KEY_MISSING, context=context, key=name.hex())
        try:
            return AESGCM(key).decrypt(head[-_NONCE_BYTES:], text, _bound(head, context))
        except InvalidTag as error:
            raise AtlasError(SECRET_DAMAGED, context=context) from error


def create_file(settings: Settings) -> SecretKeys:
    """Make the file of the settings with one new key, readable by its owner alone.

    Raises `AtlasError`: ``secret-file-needed``, ``secret-file-exists``, ``secret-file-unusable``.
    """
    path = _file(settings)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 — a descriptor
            file.write((_INTRODUCTION + _new_line()).encode())
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise AtlasError(SECRET_FILE_EXISTS, path=path) from error
    except OSError as error:
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=system_reason(error)) from error
    return SecretKeys.load(settings)


def add_key(settings: Settings) -> SecretKeys:
    """Add a new key to the file, which encrypts from now on; the older ones still decrypt.

    In place, so that the file keeps its owner and rights. Raises as `SecretKeys.load` does.
    """
    SecretKeys.load(settings)
    path = _file(settings)
    try:
        with path.open("ab") as file:
            # After a line end of its own: the file may have been edited by hand.
            file.write(f"\n{_new_line()}".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=system_reason(error)) from error
    return SecretKeys.load(settings)


def _file(settings: Settings) -> Path:
    if settings.secret_file is None:
        raise AtlasError(SECRET_FILE_NEEDED)
    path = settings.secret_file.resolve()
    if path.is_relative_to(settings.home.resolve()):
        # Who copies the data folder must not copy the keys with it.
        reason = Phrase(
            "it lies in the data folder, where every backup would hold it; move it elsewhere"
        )
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=reason)
    return path


def _check_access(path: Path, found: os.stat_result) -> None:
    """Refuse what others can read, by the rule that PostgreSQL has for its private keys.

    The group may read a file of root's: that is how orchestrators mount secrets.
    """
    spared = stat.S_IRGRP if found.st_uid == 0 else 0
    if not stat.S_ISREG(found.st_mode):
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=Phrase("it is no file"))
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~spared:
        reason = Phrase("others can read or change it; run `chmod 600 {path}`", {"path": path})
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=reason)


def _parsed(path: Path, content: bytes) -> list[bytes]:
    keys: list[bytes] = []
    for number, line in enumerate(content[:_MOST_BYTES].splitlines(), 1):
        text = line.strip()
        if not text or text.startswith(b"#"):
            continue
        try:
            key = base64.b64decode(text, altchars=b"-_", validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY_BYTES:
            reason = Phrase("line {number} is no key", {"number": number})
            raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=reason)
        keys.append(key)
    if not keys or len(content) > _MOST_BYTES:
        reason = Phrase("it is too long") if keys else Phrase("it holds no key")
        raise AtlasError(SECRET_FILE_UNUSABLE, path=path, reason=reason)
    return keys


def _new_line() -> str:
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode() + "\n"


def _name(key: bytes) -> bytes:
    """Return what tells keys apart without showing them."""
    return hashlib.sha256(key).digest()[:_NAME_BYTES]


def _bound(head: bytes, context: str) -> bytes:
    return head + context.encode()
