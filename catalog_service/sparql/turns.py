"""Places that clients take in turns, whoever of them asks for more."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from threading import Event, Lock

from catalog_service.sparql.model import Client


@dataclass(slots=True, eq=False)
class _Ticket:
    called: Event = field(default_factory=Event)


_Queue = OrderedDict[str, deque[_Ticket]]
"""Those who wait, by client, in the order of their turns."""


class Turns:
    """So many places; where more is asked for, clients take turns, one place each.

    A client gets a second one only while no other waits. Those who sent a token have a queue of
    their own: one of theirs is called after one of the public's, so that however many addresses
    ask, they wait for their own kind alone. Safe to share between threads.
    """

    def __init__(self, places: int) -> None:
        self._lock = Lock()
        self._free = places
        self._queues: tuple[_Queue, _Queue] = (OrderedDict(), OrderedDict())
        self._held: Counter[str] = Counter()
        self._next = 1

    def enter(self, client: Client, patience: float) -> bool:
        """Take a place, after up to ``patience`` seconds; tell whether it was to be had."""
        with self._lock:
            if self._take(client):
                return True
            ticket = _Ticket()
            self._queues[client.registered].setdefault(client.name, deque()).append(ticket)
        ticket.called.wait(patience)
        with self._lock:
            if not ticket.called.is_set():
                self._withdraw(client, ticket)
            return ticket.called.is_set()

    def enter_now(self, client: Client) -> bool:
        """Take a place where one is free and nobody waits for it; tell whether it was so."""
        with self._lock:
            return self._take(client)

    def leave(self, client: Client) -> None:
        """Give a place back, to whose turn it is."""
        with self._lock:
            self._free += 1
            self._held[client.name] -= 1
            if not self._held[client.name]:
                del self._held[client.name]
            while self._free and any(self._queues):
                self._call_next()

    def waiting(self) -> int:
        """Return how many wait."""
        with self._lock:
            return sum(len(tickets) for queue in self._queues for tickets in queue.values())

    def wanted_by_others(self, client: Client) -> bool:
        """Tell whether anybody else waits."""
        with self._lock:
            return any(name != client.name for queue in self._queues for name in queue)

    def _take(self, client: Client) -> bool:
        if not self._free or any(self._queues):
            return False
        self._free -= 1
        self._held[client.name] += 1
        return True

    def _call_next(self) -> None:
        queues = (self._next, 1 - self._next)
        found = next(
            (
                (which, name)
                for only_without in (True, False)
                for which in queues
                for name in self._queues[which]
                if not (only_without and self._held[name])
            ),
        )
        which, name = found
        tickets = self._queues[which][name]
        ticket = tickets.popleft()
        if tickets:
            self._queues[which].move_to_end(name)
        else:
            del self._queues[which][name]
        self._next = 1 - which
        self._free -= 1
        self._held[name] += 1
        ticket.called.set()

    def _withdraw(self, client: Client, ticket: _Ticket) -> None:
        queue = self._queues[client.registered]
        queue[client.name].remove(ticket)
        if not queue[client.name]:
            del queue[client.name]
