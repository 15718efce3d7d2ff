"""Conditions as RFC 9110 has them: several tags, weak ones, blanks; never a 400."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.web import House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
ONE = "/api/v1/sources/city/records/NEW"
READ = "/api/v1/datasets/city/NEW"
OTHER = '"' + "0" * 64 + '"'

MATCHES = [
    ("{tag}", True),
    (OTHER + ", {tag}", True),
    ("{tag}," + OTHER, True),
    (", ,{tag},", True),
    ('"a,b", {tag}', True),
    ("*", True),
    # Compared strongly: what is weak is of no version.
    ("W/{tag}", False),
    ("W/{tag}, " + OTHER, False),
    (OTHER, False),
    ('"x"', False),
    ('""', False),
    ("", False),
    # What cannot be read names no version.
    ("{bare}", False),
    ('"open', False),
    ("w/{tag}", False),
    ("{tag} {tag}", False),
    ("*, {tag}", False),
]


@pytest.fixture
def made(own_site: Site) -> tuple[httpx.Client, dict[str, str], str]:
    house, client = own_site
    write = house.token("write:city", "steward:strict")
    assert client.put(ONE, json=portal("NEW", "线路"), headers=write).status_code == 201
    return client, write, client.get(READ).headers["etag"]


def test_if_match(made: tuple[httpx.Client, dict[str, str], str]) -> None:
    client, write, tag = made
    for number, (written, holds) in enumerate(MATCHES):
        sent = {**write, "If-Match": written.format(tag=tag, bare=tag.strip('"'))}
        answer = client.put(ONE, json=portal("NEW", f"线路{number}"), headers=sent)
        assert answer.status_code == (200 if holds else 412), (written, answer.text)
        if not holds:
            assert answer.json()["code"] == "precondition-failed"
        tag = client.get(READ).headers["etag"]
    # Every form of a version names it.
    turtle = client.get(READ, headers={"Accept": "text/turtle"}).headers["etag"]
    assert turtle != tag
    both = [("If-Match", OTHER), ("If-Match", turtle), *write.items()]
    assert client.put(ONE, json=portal("NEW", "改"), headers=both).status_code == 200


def test_if_match_where_there_is_nothing(own_site: Site) -> None:
    house, client = own_site
    write = house.token("write:city")
    for written in ("*", OTHER, f"W/{OTHER}", f"{OTHER}, {OTHER}", "bare"):
        answer = client.put(ONE, json=portal("NEW", "线路"), headers={**write, "If-Match": written})
        assert answer.status_code == 412, written


def test_delete_and_release_read_the_same(
    made: tuple[httpx.Client, dict[str, str], str],
) -> None:
    client, write, tag = made
    held = "/api/v1/sources/strict/records/HELD/release"
    for written in (f"W/{tag}", f"{OTHER}, W/{tag}", "bare", ""):
        sent = {**write, "If-Match": written}
        assert client.delete(ONE, headers=sent).status_code == 412, written
        released = client.post(held, json={"reason": "可以"}, headers=sent)
        assert released.status_code == 412, written
    sent = {**write, "If-Match": f"{OTHER} , {tag}"}
    assert client.delete(ONE, headers=sent).json()["status"] == "withdrawn"


def test_if_none_match_of_writes(made: tuple[httpx.Client, dict[str, str], str]) -> None:
    client, write, tag = made
    for written, holds in (
        ("*", False),
        ("{tag}", False),
        ("W/{tag}", False),
        (OTHER + ", W/{tag}", False),
        ("{bare}", False),
        (OTHER, True),
        (f"W/{OTHER}", True),
    ):
        sent = {**write, "If-None-Match": written.format(tag=tag, bare=tag.strip('"'))}
        answer = client.put(ONE, json=portal("NEW", f"经 {written}"), headers=sent)
        assert answer.status_code == (200 if holds else 412), (written, answer.text)
        tag = client.get(READ).headers["etag"]


@pytest.mark.parametrize(
    "path", [READ, "/dataset/city/NEW.ttl", "/feeds/datasets.atom", "/api/v1/vocabularies/domain"]
)
def test_if_none_match_of_reading(
    made: tuple[httpx.Client, dict[str, str], str], path: str
) -> None:
    client = made[0]
    tag = client.get(path).headers["etag"].removeprefix("W/")
    for written, same in (
        (tag, True),
        (f"W/{tag}", True),
        (f'"a,b" ,  {tag}', True),
        (f",{OTHER},W/{tag},", True),
        ("*", True),
        (OTHER, False),
        ('"a, ' + tag.strip('"') + '"', False),
        (tag.strip('"'), False),
        ("", False),
    ):
        answer = client.get(path, headers={"If-None-Match": written})
        assert answer.status_code == (304 if same else 200), written
    lines = [("If-None-Match", OTHER), ("If-None-Match", tag)]
    assert client.get(path, headers=lines).status_code == 304
