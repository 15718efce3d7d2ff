"""A watched folder: files that other systems put there, each with any number of datasets.

One page for each file, in the order of their names; hidden files and those of unknown kinds are
passed over. A file that is still being written (a name such as ``.part``, changed in the last
moments, or while it was read) is left for the next time, and the list is not whole until then.
Links that lead out of the folder are refused.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import orjson

from harvesters.errors import FILE_BEING_WRITTEN, FOLDER_MISSING, LINK_LEAVES_FOLDER
from harvesters.limits import DEFAULT
from harvesters.platforms.change_marks import mapping_version
from harvesters.platforms.guarded_list import list_unreadable, unnamed
from harvesters.platforms.options import whole_number
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.protocols import Incoming, Item, Unreadable
from harvesters.readers.files import Input, read_all
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError

_KINDS: Final = frozenset(
    {"csv", "tsv", "xlsx", "xls", "xlsm", "ods", "json", "jsonl", "ndjson"}
    | {"ttl", "nt", "nq", "trig", "rdf", "owl", "jsonld", "n3"}
)
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".filepart", ".swp", "~")
_SETTLE: Final = 5
"""Seconds without a change after which a file counts as written."""
_MAX_SETTLE: Final = 86_400


@dataclass(frozen=True, slots=True)
class _Found:
    """A file of the folder, and when it was changed."""

    name: str
    """Path below the folder."""
    path: Path
    size: int
    changed: int
    """In nanoseconds since 1970."""


class FolderPlatform:
    """One folder (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection, now: Callable[[], float] = time.time) -> None:
        parts = urlsplit(connection.url)
        self._root = Path(unquote(parts.path) if parts.scheme == "file" else connection.url)
        self._connection = connection
        self._version = mapping_version(connection)
        self._settle = whole_number(connection, "settle", _SETTLE, _MAX_SETTLE)
        self._now = now

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return the datasets of one file (`Platform.page`)."""
        found, problems = self._files()
        ready = [one for one in found if not self._is_unsettled(one)]
        state = self._state(found)
        if cursor is None and bookmark == state and not problems:
            return Page(bookmark=bookmark, unchanged=True)
        after, lost, started = orjson.loads(cursor) if cursor is not None else ("", 0, state)
        if cursor is None:
            lost = len(found) - len(ready)
        remaining = [one for one in ready if one.name > after]
        entries: list[Entry | Unreadable] = problems if cursor is None else []
        if remaining:
            read = list(self._read(remaining[0]))
            lost += len(unnamed(read))
            entries += read
            if len(remaining) > 1:
                following = orjson.dumps([remaining[0].name, lost, started]).decode()
                return Page(tuple(entries), following)
        # What came while the folder was walked is seen with the next walk.
        settled = state if started == state and not lost else None
        return Page(
            tuple(entries),
            bookmark=settled,
            whole=True,
            incomplete=list_unreadable(str(self._root), lost) if lost else None,
        )

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; its file has brought it (`Platform.fetch`)."""
        assert entry.item is not None
        return entry.item

    def _files(self) -> tuple[list[_Found], list[Entry | Unreadable]]:
        """Return the files of the folder by name, and links that are refused."""
        if not self._root.is_dir():
            raise AtlasError(FOLDER_MISSING, folder=str(self._root))
        root = self._root.resolve()
        found: list[_Found] = []
        problems: list[Entry | Unreadable] = []
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(one for one in folders if not one.startswith("."))
            for name in names:
                path = Path(folder, name)
                relative = path.relative_to(root).as_posix()
                if name.startswith(".") or not _is_known(name):
                    continue
                if not path.resolve().is_relative_to(root):
                    problems.append(Unreadable(AtlasError(LINK_LEAVES_FOLDER, file=relative)))
                elif path.is_file():
                    status = path.stat()
                    found.append(_Found(relative, path, status.st_size, status.st_mtime_ns))
        return sorted(found, key=lambda one: one.name), problems

    def _is_unsettled(self, file: _Found) -> bool:
        if file.name.endswith(_UNFINISHED):
            return True
        return self._now() - file.changed / 1e9 < self._settle

    def _state(self, found: list[_Found]) -> str:
        """Return a digest of all files, by their sizes and dates of change."""
        text = "\n".join(f"{one.name}\t{one.size}\t{one.changed}" for one in found)
        digest = hashlib.blake2b(f"{self._version}\n{text}".encode("utf-8", "replace"))
        return digest.hexdigest()[:32]

    def _read(self, file: _Found) -> Iterator[Entry | Unreadable]:
        try:
            content = read_all(Input(file.name, path=file.path), DEFAULT)
            status = file.path.stat()
            if (status.st_size, status.st_mtime_ns) != (file.size, file.changed):
                raise AtlasError(FILE_BEING_WRITTEN, file=file.name)
            for item in self._items(content, file.name):
                if isinstance(item, Unreadable):
                    yield item
                else:
                    yield Entry(item.remote_id, item.fingerprint.hex(), item=item)
        except (AtlasError, OSError) as error:
            if isinstance(error, OSError):
                error = AtlasError(FILE_BEING_WRITTEN, file=file.name)
            yield Unreadable(error)

    def _items(self, content: bytes, name: str) -> Iterator[Item]:
        return iter(
            read_bytes(
                content,
                name=name,
                source=self._connection.source,
                base_iri=self._connection.base_iri,
                vocabulary=self._connection.vocabulary,
            )
        )


def _is_known(name: str) -> bool:
    """Tell whether a file is one that is read, or is on its way to be one."""
    for ending in _UNFINISHED:
        name = name.removesuffix(ending)
    plain = name.lower().removesuffix(".gz")
    return plain.rpartition(".")[2] in _KINDS
