"""Telling a disk that refuses (full, read-only, not ours) from data that is broken."""

from __future__ import annotations

import errno
import re
from typing import Final

_REFUSALS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
_SAID: Final = re.compile(
    r"no space left|disk is full|quota exceeded|read-?only|permission denied"
    r"|unable to open database file",
    re.IGNORECASE,
)


def refuses(error: BaseException) -> bool:
    """Say whether the disk refused: nothing is broken then, and nothing must be deleted.

    Engines wrap the system's error in types of their own, so that its words decide where there
    is no number.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _REFUSALS
    return _SAID.search(str(error)) is not None
