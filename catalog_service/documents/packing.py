"""Archives that say no time of writing: the files of Word and of workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can say."""


def without_times(
    content: bytes, change: Callable[[str, bytes], bytes] = lambda _, part: part
) -> bytes:
    """Return an archive whose entries say no time; ``change`` is given each by name and content."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
    ):
        for name in archive.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            packed.writestr(info, change(name, archive.read(name)))
    return written.getvalue()
