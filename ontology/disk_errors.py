"""Distinguishing a refusing disk (full, read-only, no permission) from damaged data."""

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
    """Tell whether the disk refused: then no data is damaged and nothing must be deleted.

    Engines wrap the system's error in their own types; without an error number, its message
    decides.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _REFUSALS
    return _SAID.search(str(error)) is not None
