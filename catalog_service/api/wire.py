"""HTTP as it comes in: uvicorn's protocol, kind to what people paste and clear to what is none.

An address in raw UTF-8 (``curl 'http://…/datasets?q=公交'``) is not allowed by RFC 9112 but is what
many tools send. Its bytes are percent-encoded before the parser sees them, which is what the
client meant. What is no HTTP at all is answered with a problem document.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

from catalog_service.api.errors import NOT_HTTP
from catalog_service.api.problems import PROBLEM_JSON, STATUS_TITLES, Problem, problem_type

_RAW: Final = re.compile(rb"[\x80-\xff]")


def escape_line(data: bytes) -> bytes:
    """Percent-encode the bytes above ASCII in the first line of ``data``."""
    line, end, rest = data.partition(b"\n")
    return _RAW.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


class Http(H11Protocol):
    """uvicorn's own, with the request line mended and the refusal as a problem."""

    def data_received(self, data: bytes) -> None:
        """Take in bytes; those of a request line are put right."""
        if self.conn.their_state is h11.IDLE and b"\n" not in self.conn.trailing_data[0]:
            data = escape_line(data)
        super().data_received(data)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own sentence
        """Answer what is no HTTP, in both languages: which one the client reads is not known."""
        zh, en = STATUS_TITLES[400]
        problem = Problem(
            type=problem_type(NOT_HTTP),
            title=f"{zh} · {en}",
            status=400,
            detail=f"{NOT_HTTP.zh} {NOT_HTTP.en}",
            code=NOT_HTTP.code,
            instance="",
            id=uuid4().hex,
        )
        body = orjson.dumps(problem.model_dump(exclude_none=True))
        head = h11.Response(
            status_code=400,
            headers=[
                ("Content-Type", PROBLEM_JSON),
                ("Content-Length", str(len(body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Connection", "close"),
            ],
            reason=b"Bad Request",
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
