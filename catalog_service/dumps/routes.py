"""``/dumps/…`` and ``/api/v1/dumps``: the dumps and their files."""

from __future__ import annotations

import base64
from typing import Final

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.dumps.model import ENCODINGS, Manifest
from catalog_service.dumps.open_file import OpenFileResponse
from catalog_service.dumps.service import NEWEST, PATH, checksums
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import content_tag

router = APIRouter(tags=["dumps"])

# What was closed must not stay in caches: they ask before each use.
_FRESH: Final = {"Cache-Control": "no-cache"}


class DumpsAnswer(BaseModel):
    """All dumps, the newest first; a file lies at ``{url}{dump}/{file}``, by their names."""

    url: str
    schedule: str
    """When they are made: a line of cron in Shanghai's time, empty for never."""
    keep: str
    """How many days, weeks and months keep their newest dump."""
    dumps: list[Manifest]


@router.get("/api/v1/dumps", summary="The dumps of the whole catalogue")
def dumps(atlas: Atlas) -> DumpsAnswer:
    """What there is, the newest first: as of which change, counts, files and their checksums."""
    settings = atlas.settings
    return DumpsAnswer(
        url=f"{settings.public_url}{PATH}",
        schedule=settings.dumps_schedule,
        keep=settings.dumps_keep,
        dumps=atlas.dumps.listed(),
    )


@router.get("/dumps/{name}/manifest.json", summary="What a dump holds")
def dump_manifest(request: Request, atlas: Atlas, name: str) -> Response:
    """Its manifest; ``latest`` leads to the newest."""
    manifest = atlas.dumps.find(name)
    if name == NEWEST:
        return _newest(manifest, "manifest.json")
    body = manifest.model_dump_json(indent=2).encode()
    headers = {**_FRESH, "ETag": content_tag(body)}
    unchanged = not_modified(request, headers["ETag"], headers)
    return unchanged or Response(body, headers=headers, media_type="application/json")


@router.get("/dumps/{name}/SHA256SUMS", summary="The checksums of a dump's files")
def dump_checksums(atlas: Atlas, name: str) -> Response:
    """As ``sha256sum --check`` reads them; ``latest`` leads to the newest."""
    manifest = atlas.dumps.find(name)
    if name == NEWEST:
        return _newest(manifest, "SHA256SUMS")
    return PlainTextResponse(checksums(manifest), headers=_FRESH)


@router.get(
    "/dumps/{name}/{file}",
    summary="A file of a dump",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in ENCODINGS.values()}},
        206: {"description": "A part, as Range asks."},
    },
)
def dump_file(request: Request, atlas: Atlas, name: str, file: str) -> Response:
    """Whole or in part (``Range``, ``If-Range``), by its strong ETag; ``latest`` leads on."""
    manifest = atlas.dumps.find(name)
    found, path = atlas.dumps.file(manifest, file)
    if name == NEWEST:
        return _newest(manifest, file)
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    headers = {
        **_FRESH,
        "ETag": f'"{found.sha256[:32]}"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "X-Content-Type-Options": "nosniff",
    }
    unchanged = not_modified(request, headers["ETag"], headers)
    if unchanged is not None:
        return unchanged
    ending = file.rpartition(".")[2]
    try:
        opened = path.open("rb")
    except FileNotFoundError as error:
        raise atlas.dumps.missing(manifest) from error
    return OpenFileResponse(opened, headers, ENCODINGS[ending])


def _newest(manifest: Manifest, file: str) -> Response:
    """Lead to the newest dump, which is another one tomorrow."""
    return RedirectResponse(f"{PATH}{manifest.name}/{file}", 307, _FRESH)
