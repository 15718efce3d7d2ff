"""A publisher's server whose addresses answer in all the ways that they do."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

LARGE: Final = 64 * 1024 * 1024
Told = tuple[int, dict[str, str]]
Answers = dict[str, Told | Callable[[str], Told]]
"""Status and header fields by path, or what makes them of the method; others are not found."""


class Server:
    """What it was asked, as method and path."""

    def __init__(self, url: str, answers: Answers) -> None:
        self.url = url
        self.answers = answers
        self.asked: list[str] = []
        self.at_once = self.most_at_once = 0
        self.lets_go = threading.Event()


@contextmanager
def answering(answers: Answers, host: str = "127.0.0.1") -> Iterator[Server]:
    """Serve until the block ends; ``/hang`` answers nothing until then."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            with lock:
                found.asked.append(f"{self.command} {self.path}")
                found.at_once += 1
                found.most_at_once = max(found.most_at_once, found.at_once)
            is_counted = True
            try:
                if self.path.startswith("/hang"):
                    found.lets_go.wait(30)
                told = found.answers.get(self.path, (404, {}))
                status, fields = told(self.command) if callable(told) else told
                body = fields.get("body", "").encode()
                self.send_response(status)
                for name, value in fields.items():
                    if name not in ("body", "zip", "slowly"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(_length(status, fields, body)))
                if "zip" in fields:
                    body = gzip.compress(fields["zip"].encode())
                    self.send_header("Content-Encoding", "gzip")
                # Once it is sent the client may ask anew, before this thread goes on.
                with lock:
                    found.at_once -= 1
                    is_counted = False
                self.end_headers()
                self.wfile.write(body)
                if "slowly" in fields:
                    # One line after the other, for longer than anybody waits.
                    while not found.lets_go.wait(0.05):
                        self.wfile.write(fields["slowly"].encode())
            finally:
                with lock:
                    found.at_once -= is_counted

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            # A client that went away.
            pass

    server = Listening((host, 0), Handler)
    found = Server(f"http://{host}:{server.server_port}", answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        found.lets_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _length(status: int, fields: dict[str, str], body: bytes) -> int:
    return LARGE if status == 200 or not fields.keys().isdisjoint(("zip", "slowly")) else len(body)


def named(*servers: Server) -> str:
    """Return servers as a setting names them: each with its port."""
    return ",".join(server.url.removeprefix("http://") for server in servers)


def robots(text: str) -> Told:
    """Return a robots.txt: a whole one, though its length is said otherwise."""
    return 203, {"body": text}
