"""Requesting one document only where it changed: ETag, Last-Modified, and its digest."""

from __future__ import annotations

import hashlib

import orjson

from harvesters.platforms.answers import not_the_platform
from harvesters.platforms.http import Client, Response
from ontology.errors import Phrase


def request_changed(
    client: Client, url: str, bookmark: str | None, *, version: str, accept: str = "*/*"
) -> tuple[Response | None, str]:
    """Return a document, or None where it is the one of the bookmark, and the new bookmark.

    ``version`` says how documents are mapped; after a change of it any document counts as changed.
    Servers without validators, or with ones that change by themselves, are found out by a digest.
    Raises ``not-the-platform`` where an answer of 304 was not asked for.
    """
    etag, modified, digest, known = orjson.loads(bookmark) if bookmark else ("", "", "", "")
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    asked = {name: value for name, value in conditions.items() if value and known == version}
    response = client.request("GET", url, headers={"Accept": accept} | asked)
    if response.status == 304:
        if not asked:
            # Nothing is there that it could have stayed the same as.
            raise not_the_platform(response, Phrase("a document"))
        return None, bookmark or ""
    found = hashlib.blake2b(response.content, digest_size=12).hexdigest()
    validators = (response.headers.get("etag", ""), response.headers.get("last-modified", ""))
    after = orjson.dumps((*validators, found, version)).decode()
    return (None if (found, version) == (digest, known) else response), after
