"""Submitting what one made of public data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

import orjson
import sqlalchemy as sa

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.datasets.service import find_public
from catalog_service.participation.model import Case
from catalog_service.participation.service import (
    LABELS,
    MACHINES,
    RESULT_KINDS,
    Brought,
    bring_up,
    demand_impersonal,
    field_needed,
    field_wrong,
    find_subject,
    put_paper,
    seal,
)
from catalog_service.results.model import Submitted
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError, Named, NamedSeveral, Phrase
from translations import N_

PUBLIC_TEXTS: Final[Mapping[str, tuple[int, bool]]] = {
    "title": (120, True),
    "title_en": (120, False),
    "summary": (300, True),
    "summary_en": (300, False),
    "does": (2_000, True),
}
"""What everybody will read: its longest, and whether it is needed."""
MOST_ADDRESS: Final = 500
MOST_CONTACT: Final = 200
MOST_DATASETS: Final = 20
MOST_NOTE: Final = 2_000
"""Characters of the word to whoever checks it."""
_MARKS: Final = re.compile(r"[/?&=#:;,+]+")


def submit(
    atlas: Service, principal: Principal, given: Mapping[str, str], picture: bytes = b""
) -> Case:
    """Submit a result: `PUBLIC_TEXTS`, ``made``, ``address``, ``datasets``, ``contact``, ``topic``.

    ``datasets`` names them one a line; ``consent``: anything where everybody may read the contact;
    ``text``: a word to whoever checks it; ``picture``: a screenshot, rewritten by `pictures`, or
    nothing. Raises as `bring_up` and `find_subject` do, and
    ``case-field-…``.
    """
    form, organization = read_form(atlas, given)
    keys = SecretKeys.load(atlas.settings)
    content = orjson.dumps(form.as_json(), option=orjson.OPT_SORT_KEYS)

    def write(connection: sa.Connection, number: int) -> None:
        put_paper(connection, number, "form", seal(keys, number, "form", content))
        if picture:
            put_paper(connection, number, "picture", seal(keys, number, "picture", picture))

    topic = given.get("topic", "").strip()
    known = {one.iri for one in atlas.vocabulary.offered("domain")}
    brought = Brought(
        "result",
        given.get("text", ""),
        {},
        form.datasets[0],
        topic=topic if topic in known else None,
        organization=organization,
        write=write,
    )
    return bring_up(atlas, principal, brought)


def read_form(atlas: Service, given: Mapping[str, str]) -> tuple[Submitted, str | None]:
    """Return a form, and who is responsible for the first of its datasets.

    Raises ``case-field-needed``, ``case-field-wrong`` and ``case-field-personal``.
    """
    texts = {name: _text(given, name, *bounds) for name, bounds in PUBLIC_TEXTS.items()}
    for name, text in texts.items():
        # Whoever checks a result reads its description; a title stands where nobody looks twice.
        demand_impersonal(name, text, guess_names=name != "does")
    made = given.get("made", "").strip()
    if made not in RESULT_KINDS:
        codes = NamedSeveral(
            tuple(Named(code, label, "result kind") for code, label in RESULT_KINDS.items())
        )
        raise field_wrong("made", Phrase(N_("Choose one of: {codes}."), {"codes": codes}))
    address = _address(_text(given, "address", MOST_ADDRESS, False))
    names = given.get("datasets", "").split()
    if not names:
        raise _needed("datasets")
    if len(names) > MOST_DATASETS:
        expected = Phrase(N_("Name at most {limit}."), {"limit": MOST_DATASETS})
        raise field_wrong("datasets", expected)
    found = [_dataset(atlas, line, name) for line, name in enumerate(names, 1)]
    form = Submitted(
        **texts,
        made=made,
        address=address,
        datasets=list(dict.fromkeys(iri for iri, _ in found)),
        contact=_text(given, "contact", MOST_CONTACT, False),
        consent=bool(given.get("consent")),
    )
    return form, found[0][1]


def _text(given: Mapping[str, str], name: str, longest: int, needed: bool) -> str:
    text = given.get(name, "").replace("\x00", "").strip()
    if name != "does":
        text = " ".join(text.split())
    if needed and not text:
        raise _needed(name)
    if len(text) > longest:
        expected = Phrase(N_("It has at most {limit} characters."), {"limit": longest})
        raise field_wrong(name, expected)
    return text


def _dataset(atlas: Service, line: int, name: str) -> tuple[str, str | None]:
    try:
        return find_subject(atlas, find_public(atlas, name[:2_000]).iri)
    except AtlasError as error:
        expected = Phrase(N_("The one in place {line} is no public dataset."), {"line": line})
        raise field_wrong("datasets", expected) from error


def _address(text: str) -> str:
    """Return a plain https address; nothing of it is ever fetched."""
    if not text:
        return ""
    wrong = field_wrong("address", Phrase(N_("Give a whole address that begins with https://.")))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    plain = text.isascii() and text.isprintable() and not set(text) & set(" <>\"'`{}|\\^")
    if parts.scheme != "https" or "." not in host or "@" in parts.netloc or not plain or port == 0:
        raise wrong
    # What stands between the marks of an address, as words.
    demand_impersonal("address", _MARKS.sub(" ", unquote(text.removeprefix("https://"))))
    return text


def _needed(name: str) -> AtlasError:
    assert name in LABELS
    return field_needed(MACHINES["result"].begins, name)
