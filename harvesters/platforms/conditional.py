"""Requesting one document only where it changed: ETag, Last-Modified, and its digest."""

from __future__ import annotations

import hashlib

import orjson

from harvesters.platforms.http import Client, Response


def request_changed(
    client: Client, url: str, bookmark: str | None, *, version: str, accept: str = "*/*"
) -> tuple[Response | None, str]:
    """Return a document, or None where it is the one of the bookmark, and the new bookmark.

    ``version`` says how documents are mapped; after a change of it any document counts as changed.
    Servers without validators, or with ones that change by themselves, are found out by a digest.
    """
    etag, modified, digest, known = orjson.loads(bookmark) if bookmark else ("", "", "", "")
    headers = {"Accept": accept}
    if known == version:
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
    response = client.request("GET", url, headers=headers)
    if response.status == 304:
        return None, bookmark or ""
    found = hashlib.blake2b(response.content, digest_size=12).hexdigest()
    validators = (response.headers.get("etag", ""), response.headers.get("last-modified", ""))
    after = orjson.dumps((*validators, found, version)).decode()
    return (None if (found, version) == (digest, known) else response), after
