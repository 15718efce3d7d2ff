"""Addresses of records: asked politely where that is allowed, kept by digest, dead after days."""

from __future__ import annotations

import gc
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.quality.addresses.asking import ask
from catalog_service.quality.addresses.asking_hosts import Manners
from catalog_service.quality.addresses.keeping import closed_hosts, states_of
from catalog_service.quality.addresses.model import (
    HOLDS,
    AddressState,
    Asked,
    Outcome,
    first_state,
    key_of,
)
from catalog_service.quality.addresses.origins import Origins
from catalog_service.quality.addresses.planning import address_allowed, plan
from catalog_service.quality.addresses.robots import LARGEST, Robots
from catalog_service.quality.service import (
    ask_addresses,
    evaluate,
    measurements_of,
    points_kept,
)
from catalog_service.quality.tables import quality_addresses, quality_hosts
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness, Timing
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError
from ontology.limits import MIB
from tests.catalog_service.quality.answering import Server, Told, answering, named, robots
from tests.fixtures.web import HTML, House, served

TODAY = date(2026, 9, 1)
LOCAL = ("127.0.0.0/8",)
QUICK = Manners(pause=0, answer=3.0, unasked_pause=0.01, slow=2)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with answering(
        {
            "/ok": (200, {}),
            "/none": (204, {}),
            # HEAD is refused in many ways; of the body that GET announces nothing is taken in.
            "/nohead": lambda method: (405 if method == "HEAD" else 200, {}),
            "/badhead": lambda method: (404 if method == "HEAD" else 206, {}),
            "/empty": lambda method: (501 if method == "HEAD" else 416, {}),
            "/shut": (403, {}),
            "/sign-in": (401, {}),
            "/gone": (410, {}),
            "/error": (500, {}),
            "/moved": (301, {"Location": "/ok"}),
            "/found": (302, {"Location": "/ok"}),
            "/then-moved": (302, {"Location": "/moved"}),
            "/inner": (302, {"Location": "http://10.0.0.1/ok"}),
            "/metadata": (307, {"Location": "http://169.254.169.254/latest/"}),
            "/loop": (302, {"Location": "/loop"}),
            "/mail": (302, {"Location": "mailto:a@b.example"}),
            "/busy": (429, {}),
        }
    ) as found:
        yield found


def client(url: str, *, allow: tuple[str, ...] = LOCAL, **more: object) -> GuardedClient:
    return GuardedClient(
        url,
        turns=HostTurns(),
        agent="test/1",
        allow=allow,
        politeness=Politeness(per_second=None, parallel=1, attempts=1),
        limits=RequestLimits(seconds=0.4, body=1_000),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/ok", "answers", 200),
        ("/none", "answers", 204),
        ("/nohead", "answers", 200),
        ("/badhead", "answers", 206),
        ("/empty", "answers", 416),
        ("/shut", "refused", 403),
        ("/sign-in", "refused", 401),
        ("/gone", "not-found", 410),
        ("/nothing", "not-found", 404),
        ("/error", "server-error", 500),
        ("/moved", "moved", 200),
        ("/found", "answers", 200),
        ("/then-moved", "answers", 200),
        ("/inner", "not-allowed", None),
        ("/metadata", "not-allowed", None),
        ("/loop", "not-allowed", None),
        ("/mail", "not-allowed", None),
        ("/busy", "later", 429),
        ("/hang", "timed-out", None),
    ],
)
def test_what_an_address_answers(
    server: Server, path: str, outcome: Outcome, status: int | None
) -> None:
    with client(server.url) as asking:
        assert ask(asking, f"{server.url}{path}") == Asked(outcome, status)


def test_what_is_wrong_with_a_host_holds_of_all_its_addresses(server: Server) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with client("http://a.example/", resolve=unknown) as asking:
        assert ask(asking, "http://a.example/x") == Asked("name-unknown", is_of_origin=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client(server.url) as asking:
        shut = ask(asking, f"http://127.0.0.1:{port}/")
        assert shut == Asked("unreachable", is_of_origin=True)
        # A host that speaks no TLS.
        tls = ask(asking, server.url.replace("http:", "https:") + "/ok")
        assert tls == Asked("tls", is_of_origin=True)
        # Where it redirects to is no fault of the host's.
        server.answers["/away"] = (302, {"Location": f"http://127.0.0.1:{port}/"})
        assert ask(asking, f"{server.url}/away") == Asked("unreachable")
        # The same host and port with TLS are another origin.
        server.answers["/to-tls"] = (302, {"Location": f"{server.url.replace('http:', 'https:')}/"})
        assert ask(asking, f"{server.url}/to-tls") == Asked("tls")
    # Without an allowance no inner address is reached.
    with client(server.url, allow=()) as asking:
        assert ask(asking, f"{server.url}/ok").outcome == "not-allowed"


@pytest.mark.parametrize(
    ("text", "allowed", "pause"),
    [
        ("", True, 0),
        ("User-agent: *\nDisallow: /\nCrawl-delay: 5\n", False, 5),
        ("User-agent: *\nDisallow: /\n\nUser-agent: shanghai-data-atlas\nDisallow:\n", True, 0),
        ("User-agent: *\nCrawl-delay: 86400\n", True, 30),
        # What cannot be read is no rule.
        ("User-agent: *\nDisallow: //[\n", True, 0),
        ("<html>\x00\ud800", True, 0),
        # The longest rule decides, wherever it stands, and the one that allows of two as long.
        ("User-agent: *\nAllow: /\nDisallow: /b\n", False, 0),
        ("User-agent: *\nDisallow: /\nAllow: /b\n", True, 0),
        ("User-agent: *\nDisallow: /b\nAllow: /b\n", True, 0),
        ("User-agent: *\nDisallow: /*?c=\n", False, 0),
        ("User-agent: *\nDisallow: /b$\n", True, 0),
        # Groups of the same program are one; a part of a name is another name.
        (
            "User-agent: Shanghai-Data-Atlas/2\nCrawl-delay: 2\n\nUser-agent: *\nDisallow: /\n"
            "User-agent: shanghai-data-atlas\nDisallow: /b\n",
            False,
            2,
        ),
        ("User-agent: shanghai\nDisallow: /\n", True, 0),
    ],
)
def test_rules_for_programs_are_kept(text: str, allowed: bool, pause: float) -> None:
    rules = Robots(text, "shanghai-data-atlas/1.0 (+https://a.example)")
    assert (rules.allows("https://a.example/b?c=d"), rules.pause) == (allowed, pause)


def states(*found: tuple[int, Outcome]) -> AddressState:
    """Return what is kept of an address that was asked on days of September."""
    state: AddressState | None = None
    for number, outcome in found:
        day = date(2026, 9, number)
        one = Asked(outcome)
        state = first_state(one, day) if state is None else state.after(one, day)
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        ([(1, "answers")], "answers"),
        ([(1, "moved")], "answers"),
        ([(1, "not-found")], "failing"),
        # However often it failed on one day.
        ([(1, "not-found"), (1, "timed-out"), (1, "not-found"), (2, "not-found")], "failing"),
        ([(1, "not-found"), (2, "timed-out"), (5, "tls")], "dead"),
        ([(1, "not-found"), (2, "timed-out"), (3, "answers"), (5, "tls")], "failing"),
        ([(1, "not-found"), (2, "not-found"), (3, "later"), (4, "not-found")], "dead"),
        ([(1, "not-found"), (2, "not-found"), (3, "refused"), (4, "not-found")], "failing"),
        # What says nothing changes nothing.
        ([(1, "answers"), (2, "later")], "answers"),
        ([(1, "later")], "unasked"),
        ([(1, "not-allowed"), (2, "answers")], "answers"),
        ([(1, "refused")], "refused"),
    ],
)
def test_an_address_is_dead_after_several_days(
    found: list[tuple[int, Outcome]], standing: str
) -> None:
    state = states(*found)
    assert state.standing(state.tried, 3) == standing


def test_what_is_kept_of_an_address_has_its_days() -> None:
    state = states((1, "answers"), (8, "not-found"), (9, "not-found"), (10, "later"))
    assert (state.good, state.since, state.seen) == (
        date(2026, 9, 1),
        date(2026, 9, 8),
        date(2026, 9, 9),
    )
    assert (state.failed_days, state.tried) == (2, date(2026, 9, 10))
    # One that failed has its turn the next day until it is dead; others when their days are over.
    assert state.is_due(date(2026, 9, 11), 7, 3) and not state.is_due(date(2026, 9, 11), 7, 2)
    assert not state.is_due(date(2026, 9, 10), 7, 3)
    # An old answer says nothing.
    old = states((1, "answers"))
    assert old.standing(old.seen + HOLDS, 3) == "answers"
    assert old.standing(old.seen + HOLDS + timedelta(1), 3) == "unasked"


def test_ten_thousand_addresses_of_a_host_leave_the_others_their_turn() -> None:
    many = [f"https://many.example/{number}" for number in range(10_000)]
    few = [
        *("https://few.example/1", "https://few.example:8443/2", "ftp://few.example/3"),
        # At a port that nobody named.
        "https://few.example:9443/4",
    ]
    known = {
        key_of(many[0]): states((1, "answers")),
        key_of(few[0]): states((1, "answers")),
    }

    def planned(budget: int, day: int, closed: tuple[str, ...] = ()) -> dict[str, list[str]]:
        return plan(
            [*many, *few],
            known,
            date(2026, 9, day),
            allowed="many.example,few.example,few.example:8443",
            budget=budget,
            days=7,
            dead_days=3,
            closed=closed,
        )

    found = planned(100, 8)
    assert {host: len(found[host]) for host in found} == {**{"many.example": 98, "few.example": 2}}
    # The oldest come last of those that were never asked.
    assert many[0] not in found["many.example"]
    assert sum(map(len, planned(100_000, 8).values())) == 10_002
    assert sum(map(len, planned(100_000, 7).values())) == 10_000
    assert planned(0, 8) == {} and "many.example" not in planned(9, 8, ("many.example",))


@pytest.mark.parametrize(
    ("allowed", "host", "expected"),
    [
        ("a.example", "a.example:443", True),
        ("a.example", "a.example:80", False),
        ("a.example", "a.example:8443", False),
        ("*", "a.example:8443", False),
        ("*:8443", "a.example:8443", True),
        ("a.example:8443", "x.a.example:8443", True),
        ("a.example:8443", "a.example", False),
        ("a.example:8443,a.example", "a.example", True),
        ("2001:db8::1", "[2001:db8:0::1]", True),
        ("2001:db8::1", "[2001:db8::1]:8443", False),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443", True),
        ("cafe:8443", "cafe:8443", True),
        ("1.1.1.1:8443", "1.1.1.1:8443", True),
        ("", "a.example", False),
        ("*", "a.example", True),
        ("a.example", "a.example", True),
        ("example", "a.example", True),
        ("b.example,a.example", "x.a.example", True),
        ("a.example", "aa.example", False),
        ("a.example", "example", False),
        ("1.1", "1.1.1.1", False),
        ("1.1.1.1", "1.1.1.1", True),
    ],
)
def test_hosts_are_named_by_the_operator(allowed: str, host: str, expected: bool) -> None:
    assert address_allowed(allowed, parse(f"https://{host}/")) is expected


def turtle(name: str, download: str, access: str, page: str) -> str:
    return f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;
  dct:title "站点"@zh ; dcat:theme <https://w3id.org/shdata/vocab/domain/4> ;
  dcat:landingPage <{page}> ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  dcat:distribution [ a dcat:Distribution ; dct:title "文件" ; dct:format "CSV" ;
    dcat:downloadURL <{download}> ; dcat:accessURL <{access}> ] .
"""


@contextmanager
def opened(folder: Path, **settings: object) -> Iterator[House]:
    house = House(folder, **{"quality_links": "127.0.0.1", **settings})
    with house.atlas:
        yield house


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def links_of(house: House, name: str) -> list[tuple[str, str]]:
    iri = house.atlas.journal.states("city", [name])[name].iri
    return [(one.result, one.reason) for one in measurements_of(house.atlas, iri)["links"]]


def test_links_are_measured_shown_and_give_points(tmp_path: Path) -> None:
    with (
        answering({"/a": (200, {}), "/b": (200, {})}) as server,
        opened(tmp_path, quality_links=named(server)) as house,
    ):
        one = f"{server.url}/a"
        # An address that many records use is asked once; one with a key is kept by its digest.
        secret = f"{server.url}/b?token=s3cret"
        server.answers["/b?token=s3cret"] = (200, {})
        house.submit_turtle("city", turtle("A", one, secret, one))
        house.submit_turtle("city", turtle("B", f"{server.url}/gone", one, one))
        house.project()
        evaluate(house.atlas)
        assert links_of(house, "A") == [("unjudged", "unasked")]
        for days in range(3):
            on(house, TODAY + timedelta(days))
            done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
            assert (done.addresses, done.asked) == (3, 3 if days == 0 else 1)
            # What was asked today is not asked again.
            assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).asked == 0
            evaluate(house.atlas)
        assert server.asked.count("HEAD /a") == 1
        # A measurement is dated: that of the first day was made before anything was asked.
        assert links_of(house, "A") == [("pass", "")]
        assert links_of(house, "B") == [("fail", "dead"), ("unjudged", "failing")]
        iri = house.atlas.journal.states("city", ["B"])["B"].iri
        assert {"download-answers"} == {
            name for name in points_kept(house.atlas, iri)[0][1].missing if "answers" in name
        }
        kept = states_of(house.atlas)
        assert kept[key_of(secret)].outcome == "answers"
        with house.atlas.journal.reading_tables() as connection:
            rows = connection.execute(sa.select(quality_addresses)).all()
            assert "s3cret" not in repr(rows) and "127.0.0.1" not in repr(rows)
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as web:
            page = web.get("/dataset/city/B?lang=en", headers=HTML).text
            assert "An address has failed on several days" in page
            assert "nothing is there" in page and "on 3 days so far" in page
            answer = web.get("/api/v1/datasets/city/B/quality").json()
            found = {one["part"]: (one["outcome"], one["good"]) for one in answer["addresses"]}
            assert found == {"download": ("not-found", None), "access": ("answers", "2026-09-01")}
            assert 'id="links"' in web.get("/quality?lang=zh&metric=links", headers=HTML).text
            assert "measured-links-" in web.get("/api/v1/datasets/city/B/quality.ttl").text


def test_hosts_are_treated_politely(tmp_path: Path) -> None:
    busy = iter([429, 429])

    def sometimes(method: str) -> tuple[int, dict[str, str]]:
        status = next(busy, 204)
        return status, {"Retry-After": "0"} if status == 429 else {}

    with (
        answering(
            {
                "/robots.txt": robots("User-agent: shanghai-data-atlas\nDisallow: /private\n"),
                "/busy": sometimes,
                "/private": (200, {}),
            }
        ) as server,
        answering({"/long": (503, {"Retry-After": "7200"})}, "127.0.0.2") as closing,
        answering({f"/hang{n}": (200, {}) for n in range(5)}, "127.0.0.3") as hanging,
        opened(tmp_path, quality_links=named(server, closing, hanging)) as house,
    ):
        url = server.url
        house.submit_turtle("city", turtle("A", f"{url}/busy", f"{url}/private", f"{url}/ok"))
        far = closing.url
        house.submit_turtle("city", turtle("B", f"{far}/long", f"{far}/long", f"{far}/long"))
        slow = hanging.url
        house.submit_turtle("city", turtle("C", f"{slow}/hang1", f"{slow}/hang2", f"{slow}/hang3"))
        done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
        assert dict(done.outcomes) == {
            **{"answers": 1, "not-allowed": 1, "not-found": 1},
            **{"later": 1, "timed-out": 2},
        }
        assert not any("/private" in one for one in server.asked)
        assert server.asked.count("HEAD /busy") == 3
        # Of a host that hangs two are waited for, and the others left for another night.
        assert len([one for one in hanging.asked if "hang" in one]) == 2
        assert max(one.most_at_once for one in (server, closing)) == 1
        # A host that wants to be left alone is, by other processes too.
        assert len([one for one in closing.asked if "long" in one]) == 1
        assert closed_hosts(house.atlas) == {"127.0.0.2"}
        on(house, TODAY + timedelta(8))
        assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).asked > 0
        assert len([one for one in closing.asked if "long" in one]) == 1
        house.clock.moment += timedelta(365)
        assert closed_hosts(house.atlas) == set()
        with house.atlas.journal.reading_tables() as connection:
            assert len(connection.execute(sa.select(quality_hosts)).all()) <= 2


def test_a_night_has_a_budget_and_the_operator_decides(tmp_path: Path) -> None:
    with (
        answering({}) as server,
        opened(tmp_path, quality_links=named(server), quality_link_budget=2) as house,
    ):
        url = server.url
        house.submit_turtle("city", turtle("A", f"{url}/1", f"{url}/2", f"{url}/3"))
        house.submit_turtle("city", turtle("B", "https://other.example/", f"{url}/4", f"{url}/5"))
        for days, asked in ((0, 2), (0, 0), (1, 2), (2, 2)):
            on(house, TODAY + timedelta(days))
            done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
            assert (done.addresses, done.asked) == (6, asked)
        assert key_of("https://other.example/") not in states_of(house.atlas)
    with opened(tmp_path / "b", quality_links=named(server)) as house:
        house.submit_turtle("city", turtle("A", f"{url}/1", f"{url}/2", f"{url}/3"))
        # Inner addresses are named by no setting.
        assert dict(ask_addresses(house.atlas, manners=QUICK).outcomes) == {"not-allowed": 3}
    with opened(tmp_path / "c", quality_links="") as house, pytest.raises(AtlasError) as caught:
        ask_addresses(house.atlas)
    assert caught.value.code == "links-not-allowed"


def test_a_redirect_is_held_against_what_may_be_asked(tmp_path: Path) -> None:
    with (
        answering({"/there": (200, {})}) as other,
        answering(
            {
                "/robots.txt": robots("User-agent: *\nDisallow: /private\n"),
                "/own": (302, {"Location": "/private"}),
                "/away": (
                    302,
                    {"Location": other.url.replace("127.0.0.1", "localhost") + "/there"},
                ),
            }
        ) as server,
        opened(tmp_path, quality_links=named(server)) as house,
    ):
        house.submit_turtle(
            "city", turtle("A", f"{server.url}/own", f"{server.url}/away", f"{server.url}/x")
        )
        done = ask_addresses(house.atlas, allow=(*LOCAL, "localhost"), manners=QUICK)
        assert dict(done.outcomes) == {"not-allowed": 2, "not-found": 1}
        assert other.asked == [] and not any("private" in one for one in server.asked)


def submit(house: House, urls: list[str]) -> None:
    """Name each address in a record, three to one."""
    for number in range(0, len(urls), 3):
        some = (urls[number : number + 3] + [urls[number]] * 2)[:3]
        house.submit_turtle("city", turtle(f"R{number}", *some))


@contextmanager
def dead_origin() -> Iterator[str]:
    """Give an address at which nothing listens, and which nobody else gets meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def test_all_addresses_of_a_dead_host_are_dead_after_the_days_that_are_demanded(
    tmp_path: Path,
) -> None:
    with dead_origin() as dead, opened(tmp_path, quality_links=dead) as house:
        urls = [f"http://{dead}/{number}" for number in range(10)]
        submit(house, urls)
        days = house.atlas.settings.quality_dead_days
        for number in range(days):
            on(house, TODAY + timedelta(number))
            done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
            assert dict(done.outcomes) == {"unreachable": 10}
            found = states_of(house.atlas)
            expected = "dead" if number == days - 1 else "failing"
            for url in urls:
                state = found[key_of(url)]
                assert state.failed_days == number + 1
                assert state.standing(TODAY + timedelta(number), days) == expected
        on(house, TODAY + timedelta(days))
        assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).asked == 0


def test_an_origin_without_a_connection_tells_nothing_of_the_others_of_its_host(
    tmp_path: Path,
) -> None:
    with (
        answering({f"/{number}": (200, {}) for number in range(4)}) as server,
        dead_origin() as dead,
        opened(tmp_path, quality_links=f"{named(server)},{dead}") as house,
    ):
        tls = server.url.replace("http:", "https:")
        urls = [
            f"{origin}/{number}"
            for origin in (server.url, tls, f"http://{dead}")
            for number in range(4)
        ]
        submit(house, urls)
        done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
        assert dict(done.outcomes) == {"answers": 4, "tls": 4, "unreachable": 4}
        assert server.most_at_once == 1 and server.asked.count("GET /robots.txt") == 1


def test_a_second_address_alone_makes_an_origin_unreachable() -> None:
    shut = Asked("unreachable", is_of_origin=True)
    address, rules = parse("https://a.example/"), Robots("", "test")
    read = iter([shut, rules, AssertionError()])
    origins = Origins()

    def next_read() -> Robots | Asked:
        found = next(read)
        assert not isinstance(found, AssertionError)
        return found

    assert origins.rules(address, next_read) == shut and origins.down(address) is None
    # It came back: its rules are read, once.
    assert origins.rules(address, next_read) is rules
    assert origins.rules(address, next_read) is rules
    # One that answers between two that fail says that the origin is there, one too slow does not.
    origins.note(address, shut)
    origins.note(address, Asked("refused", 403))
    origins.note(address, shut)
    origins.note(address, Asked("timed-out"))
    assert origins.down(address) is None
    origins.note(address, shut)
    assert origins.down(address) == shut == origins.rules(address, next_read)
    assert origins.down(parse("http://a.example/")) is None


def test_rules_that_are_held_are_bounded() -> None:
    origins, asked = Origins(), []

    def read(host: str) -> Robots:
        asked.append(host)
        return Robots("#" * LARGEST, "test")

    for number in [*range(30), 29, 0]:
        host = f"{number}.example"
        origins.rules(parse(f"https://{host}/"), lambda host=host: read(host))  # type: ignore[misc]
    assert asked == [*(f"{number}.example" for number in range(30)), "0.example"]


def test_rules_with_wildcards_count_for_what_they_take_up() -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /*{number:x}$\n" for number in range(4_000))
    origins, name = Origins(), "test"
    tracemalloc.start()
    try:
        for number in range(10):
            address = parse(f"https://{number}.example/")
            rules = origins.rules(address, lambda: Robots(text, name))
            assert isinstance(rules, Robots) and rules.allows(str(address))
        # Rules refer to each other: those let go are garbage until it is collected.
        gc.collect()
        # Of what rules are made of: other threads of the process have memory of their own.
        own = [tracemalloc.Filter(True, f"*{name}*") for name in ("protego", "/re/", "robots")]
        kept = tracemalloc.take_snapshot().filter_traces(own).statistics("filename")
        assert 0 < sum(one.size for one in kept) < 16 * MIB
    finally:
        tracemalloc.stop()


def test_a_redirect_is_held_against_the_rules_of_where_it_leads(tmp_path: Path) -> None:
    rules = "User-agent: *\nDisallow: /private\nCrawl-delay: 0.01\n"
    with (
        answering(
            # A host that no other test is told to leave alone: that holds for the whole process.
            {"/robots.txt": robots(rules), "/private": (200, {}), "/open": (200, {})},
            "127.0.0.4",
        ) as other,
        dead_origin() as dead,
        answering({}) as server,
        opened(tmp_path, quality_links=f"{named(server, other)},{dead}") as house,
    ):
        for number in range(3):
            server.answers[f"/private{number}"] = (302, {"Location": f"{other.url}/private"})
            server.answers[f"/open{number}"] = (302, {"Location": f"{other.url}/open"})
            server.answers[f"/dead{number}"] = (302, {"Location": f"http://{dead}/"})
        submit(house, [f"{server.url}{path}" for path in server.answers])
        patient = replace(QUICK, answer=30.0)
        done = ask_addresses(house.atlas, allow=LOCAL, manners=patient)
        assert dict(done.outcomes) == {"not-allowed": 3, "answers": 3, "unreachable": 3}
        assert sorted(other.asked) == ["GET /robots.txt", *["HEAD /open"] * 3]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ((404, {}), "answers"),
        ((403, {}), "answers"),
        ((401, {}), "answers"),
        ((500, {}), "not-allowed"),
        ((503, {}), "not-allowed"),
        # It redirects to itself, to an inner address, to where the operator names nothing.
        ((302, {"Location": "/robots.txt"}), "not-allowed"),
        ((302, {"Location": "http://10.0.0.1/robots.txt"}), "not-allowed"),
        ((302, {"Location": "http://169.254.169.254/"}), "not-allowed"),
        ((301, {"Location": "/rules"}), "not-allowed"),
        ((301, {"Location": "/none"}), "answers"),
        (robots("User-agent: *\nDisallow: /\nAllow: /o*k$\n"), "answers"),
        (robots("\ufeffUser-agent: *\nDisallow: /\n"), "not-allowed"),
        # What is declared as 64 MiB is read as far as it must be, and obeyed.
        (robots("User-agent: *\nDisallow: /\n" + "#\n" * LARGEST), "not-allowed"),
        (robots("#" * LARGEST + "\nUser-agent: *\nDisallow: /\n"), "answers"),
        # Packed to a thousandth, and packed wrongly.
        ((203, {"zip": "User-agent: *\nDisallow: /\n" + "#\n" * 16_000_000}), "not-allowed"),
        ((203, {"body": "x", "Content-Encoding": "gzip"}), "not-allowed"),
        ((203, {"slowly": "User-agent: *\n"}), "not-allowed"),
        (robots("User-agent: *\nCrawl-delay: nan\nCrawl-delay: -1\n"), "answers"),
    ],
)
def test_rules_that_cannot_be_read_allow_nothing_and_those_that_are_not_there_all(
    tmp_path: Path, told: Told, outcome: str
) -> None:
    with (
        answering({"/robots.txt": told, "/ok": (200, {})}) as server,
        opened(tmp_path, quality_links=named(server)) as house,
    ):
        server.answers["/rules"] = robots("User-agent: *\nDisallow: /ok\n")
        submit(house, [f"{server.url}/ok"])
        done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
        assert dict(done.outcomes) == {outcome: 1}
        assert ("HEAD /ok" in server.asked) == (outcome == "answers")


def test_rules_for_many_programs_fit_into_memory() -> None:
    names = "".join(f"User-agent: a{number}\nUser  agent b{number}\n" for number in range(8_000))
    text = names + "Disallow: /a$\n" * 15_000 + "User-agent: Atlas/2\nDisallow: /b\n"
    tracemalloc.start()
    try:
        rules = Robots(text, "atlas/1.0")
        assert tracemalloc.get_traced_memory()[1] < 100 * MIB
    finally:
        tracemalloc.stop()
    assert rules.allows("https://a.example/a") and not rules.allows("https://a.example/b")


def test_all_ports_of_a_host_have_one_turn_and_its_longest_pause() -> None:
    slept: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    turns = HostTurns(Timing(monotonic=lambda: now[0], sleep=sleep))
    pauses: dict[str, float] = {}
    politeness = Politeness(per_second=1, by_host=True, spacing=lambda host: pauses.get(host, 0.0))
    for url in ("http://a.example/", "http://a.example:8080/", "https://a.example:9443/"):
        with turns.turn(politeness.visited(parse(url)), politeness, Cancellation()):
            pauses["a.example"] = 7.0
    assert slept == [1.0, 7.0]
