"""Answers that are kept: a snapshot never changes, so that the same query has the same answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

from catalog_service.sparql.limits import Share
from catalog_service.sparql.model import SparqlAnswer

_PART: Final = 8
"""No answer may have more than the eighth part of the room."""

_ENTRY: Final = 500
"""Bytes that an entry takes beside its query and its body."""


class AnswerCache:
    """Whole answers over the newest snapshot, by query and form; bounded in bytes.

    Those used longest ago go first, and all of them when the snapshot is another. Safe to share
    between threads.
    """

    def __init__(self, room: int) -> None:
        """``room`` is in bytes; 0 keeps nothing."""
        self._room = room
        self._lock = Lock()
        self._snapshot = 0
        self._answers: OrderedDict[Hashable, tuple[SparqlAnswer, int]] = OrderedDict()
        self._size = 0

    def get(self, snapshot: int, question: Hashable, share: Share) -> SparqlAnswer | None:
        """Return the answer to a question over a snapshot, where it is within the share."""
        with self._lock:
            if snapshot != self._snapshot:
                return None
            found = self._answers.get(question)
            if found is None:
                return None
            self._answers.move_to_end(question)
        answer = found[0]
        within = answer.rows <= share.max_rows and len(answer.body) <= share.max_bytes
        return answer if within else None

    def put(self, question: Hashable, text: str, answer: SparqlAnswer) -> None:
        """Keep the answer to a question; ``text`` is the query's, of which the question is made."""
        size = len(answer.body) + 4 * len(text) + _ENTRY
        if size > self._room // _PART:
            return
        with self._lock:
            if answer.snapshot < self._snapshot:
                return
            if answer.snapshot > self._snapshot:
                self._answers.clear()
                self._snapshot, self._size = answer.snapshot, 0
            replaced = self._answers.pop(question, None)
            self._size += size - (replaced[1] if replaced is not None else 0)
            self._answers[question] = (answer, size)
            while self._size > self._room:
                self._size -= self._answers.popitem(last=False)[1][1]
