"""Sending a file that is open already: whoever removes it meanwhile does not cut it off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import BinaryIO

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send


class OpenFileResponse(FileResponse):
    """A file by its descriptor, whole or in part; closed once it was sent.

    Starlette opens a file by its name when the head of the answer is on its way: a file that went
    by then cannot be told any more.
    """

    def __init__(self, file: BinaryIO, headers: Mapping[str, str], media_type: str) -> None:
        number = file.fileno()
        super().__init__(
            f"/dev/fd/{number}",
            headers=headers,
            media_type=media_type,
            stat_result=os.fstat(number),
        )
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._file:
            await super().__call__(scope, receive, send)
