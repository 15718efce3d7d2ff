"""Why the operating system refused something, in words that every language has."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Mapping
from typing import Final

from ontology.errors import Phrase

_KNOWN: Final[Mapping[int, Phrase]] = {
    errno.EACCES: Phrase("access is denied"),
    errno.EPERM: Phrase("access is denied"),
    errno.ENOENT: Phrase("it does not exist"),
    errno.EISDIR: Phrase("it is a folder"),
    errno.ENOTDIR: Phrase("a part of its path is no folder"),
    errno.EROFS: Phrase("the disk can only be read"),
    errno.ENOSPC: Phrase("the disk is full"),
    errno.EDQUOT: Phrase("the disk is full"),
    errno.EIO: Phrase("the disk is at fault"),
    errno.EMFILE: Phrase("too many files are open"),
    errno.ENFILE: Phrase("too many files are open"),
    errno.ECONNREFUSED: Phrase("nothing listens there"),
    errno.ECONNRESET: Phrase("the connection was broken off"),
    errno.ECONNABORTED: Phrase("the connection was broken off"),
    errno.EPIPE: Phrase("the connection was broken off"),
    errno.ENOTCONN: Phrase("the connection was broken off"),
    errno.ETIMEDOUT: Phrase("connecting took too long"),
    errno.EHOSTUNREACH: Phrase("there is no way to it in the network"),
    errno.ENETUNREACH: Phrase("there is no way to it in the network"),
    errno.ENETDOWN: Phrase("there is no way to it in the network"),
    errno.EADDRINUSE: Phrase("the port is in use"),
}


def system_reason(error: OSError) -> Phrase:
    """Return what an error of the system means; its number where there is no better word."""
    if isinstance(error, socket.gaierror):
        return Phrase("its name cannot be resolved")
    if isinstance(error, ssl.SSLError):
        return Phrase("no TLS connection could be agreed on")
    if isinstance(error, TimeoutError):
        return _KNOWN[errno.ETIMEDOUT]
    if error.errno is None:
        return Phrase("the system reports an error")
    return _KNOWN.get(error.errno) or Phrase("the system reports error {n}", {"n": error.errno})
