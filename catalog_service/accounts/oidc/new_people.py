"""Accounts of people who came by the provider: without a password, and with no name twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from catalog_service.accounts.errors import LOGIN_TAKEN
from catalog_service.accounts.oidc.model import Identity
from catalog_service.accounts.people import MAX_NAME, Account, People, normal_login
from ontology.errors import AtlasError

_OTHER: Final = re.compile(r"[^a-z0-9._@-]+")
_LONGEST: Final = 40
"""Characters of the name there, so that there is room for the provider's host."""


def create_account(people: People, identity: Identity) -> Account:
    """Make an account that is called as at the provider.

    Where somebody here is called so already, the provider's host is added, then a part of a digest
    of the subject: an account that is there is never taken over by its name. No e-mail address is
    taken over: nobody here has checked it.
    """
    name = identity.name[:MAX_NAME]
    for login in _names(identity):
        try:
            return people.create(login, name)
        except AtlasError as error:
            if error.kind is not LOGIN_TAKEN:
                raise
    raise AssertionError("names do not end")


def _names(identity: Identity) -> Iterator[str]:
    host = (urlsplit(identity.issuer).hostname or "")[:20]
    subject = hashlib.sha256(identity.subject.encode()).hexdigest()[:8]
    login = _OTHER.sub("-", normal_login(identity.login)).strip("._@-")[:_LONGEST]
    if len(login) > 1:
        yield login
        yield f"{login}@{host}"
    for number in count(1):
        yield f"{login or 'p'}-{subject}{'' if number == 1 else f'-{number}'}"
