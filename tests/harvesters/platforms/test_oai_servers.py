"""OAI-PMH as other servers speak it, made by hand after the protocol and their manuals."""

from __future__ import annotations

import pytest

from ontology.terms import DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

OAI = "http://www.openarchives.org/OAI/2.0/"


def oai_record(number: int, more: str = "", deleted: str = "") -> str:
    header = (
        f"<o:identifier>oai:x:{number}</o:identifier><o:datestamp>2026-11-0{number}</o:datestamp>"
    )
    if deleted:
        return f'<o:record><o:header status="deleted">{header}</o:header></o:record>'
    return (
        f"<o:record><o:header>{header}<o:setSpec>a:b</o:setSpec></o:header><o:metadata>"
        f'<oai_dc:dc xmlns:oai_dc="{OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title xml:lang="en">Parks</dc:title>'
        f'<dc:title xml:lang="zh-CN">公园{number}</dc:title>'
        f"<dc:identifier>doi:10.1/{number}</dc:identifier>"
        f"<dc:identifier>https://x.example/{number}</dc:identifier>{more}</oai_dc:dc></o:metadata>"
        f"<o:about><p:provenance xmlns:p='{OAI}provenance'><p:identifier>oai:y:1</p:identifier>"
        "</p:provenance></o:about></o:record>"
    )


class Repository:
    """A repository with a prefix on its own elements, and tokens with attributes and blanks."""

    def __init__(self, granularity: str, deleted: str) -> None:
        self.identify = f"<o:granularity>{granularity}</o:granularity>"
        self.identify += f"<o:deletedRecord>{deleted}</o:deletedRecord>"
        self.deletes = deleted != "no"

    def __call__(self, asked: Asked) -> Answer:
        if asked.params["verb"] == "Identify":
            return envelope(f"<o:Identify>{self.identify}</o:Identify>")
        if asked.params.get("resumptionToken") == "a|1&2":
            last = oai_record(3) + oai_record(4, deleted="yes") * self.deletes
            return envelope(f"<o:ListRecords>{last}<o:resumptionToken cursor='2'/></o:ListRecords>")
        token = (
            '<o:resumptionToken expirationDate="2026-12-02T00:00:00Z" cursor="0">\n  a|1&amp;2\n'
            "</o:resumptionToken>"
        )
        return envelope(f"<o:ListRecords>{oai_record(1) + oai_record(2)}{token}</o:ListRecords>")


def envelope(content: str, date: str = "2026-12-01T04:00:00Z") -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href='oai.xsl' type='text/xsl'?>\n"
        f"<o:OAI-PMH xmlns:o='{OAI}'><o:responseDate>{date}</o:responseDate>"
        f"<o:request verb='ListRecords'>{ROOT}/oai</o:request>{content}</o:OAI-PMH>"
    )


@pytest.mark.parametrize(
    ("granularity", "deleted", "since"),
    [
        ("YYYY-MM-DD", "no", "2026-12-01"),
        ("YYYY-MM-DDThh:mm:ssZ", "transient", "2026-12-01T03:55:00Z"),
        ("YYYY-MM-DDThh:mm:ssZ", "persistent", "2026-12-01T03:55:00Z"),
    ],
)
def test_repositories_of_every_granularity_and_memory(
    granularity: str, deleted: str, since: str
) -> None:
    repository = Repository(granularity, deleted)
    harvested, client = platform("oai-pmh", repository, f"{ROOT}/oai")
    walked = walk(harvested)
    assert walked.names == ["oai:x:1", "oai:x:2", "oai:x:3"] and walked.unreadable == []
    assert walked.removed == (["oai:x:4"] if deleted != "no" else [])
    # Of a title in several languages the Chinese one; the identifier is the header's alone.
    assert f'<{DCT.title}> "公园1"@zh' in walked.records["oai:x:1"]
    assert "<https://x.example/1>" in walked.records["oai:x:1"]
    assert "oai:y" not in walked.records["oai:x:1"]
    walk(harvested, walked.bookmark)
    (asked,) = [one for one in client.asked if "from" in one.params]
    assert asked.params["from"] == since


@pytest.mark.parametrize("rights", ["closedAccess", "embargoedAccess", "restrictedAccess"])
def test_rights_of_repositories_that_do_not_open(rights: str) -> None:
    more = f"<dc:rights>info:eu-repo/semantics/{rights}</dc:rights>"
    answer = envelope(f"<o:ListRecords>{oai_record(1, more)}</o:ListRecords>")
    walked = walk(platform("oai-pmh", lambda _: answer, f"{ROOT}/oai")[0])
    assert walked.closed == ["oai:x:1"]


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "0001-01-01", "0000", "-"])
def test_a_repository_without_a_clock_has_no_increments(date: str) -> None:
    answer = envelope(f"<o:ListRecords>{oai_record(1)}</o:ListRecords>", date)
    walked = walk(platform("oai-pmh", lambda _: answer, f"{ROOT}/oai")[0])
    assert walked.names == ["oai:x:1"] and walked.bookmark is None


def test_an_absurd_size_is_none() -> None:
    token = f"<o:resumptionToken completeListSize='{'9' * 5_000}'/>"
    answer = envelope(f"<o:ListRecords>{oai_record(1)}{token}</o:ListRecords>")
    walked = walk(platform("oai-pmh", lambda _: answer, f"{ROOT}/oai")[0])
    assert walked.names == ["oai:x:1"] and walked.incomplete is None


def test_metadata_nested_without_end_is_one_record_that_cannot_be_read() -> None:
    deep = "<d:a>" * 5_000 + "</d:a>" * 5_000
    record = (
        "<o:record><o:header><o:identifier>oai:x:2</o:identifier></o:header><o:metadata>"
        "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:d='http://d.example/'>"
        f"{deep}</r:RDF></o:metadata></o:record>"
    )
    answer = envelope(f"<o:ListRecords>{record}{oai_record(1)}</o:ListRecords>")
    walked = walk(platform("oai-pmh", lambda _: answer, f"{ROOT}/oai")[0])
    assert walked.names == ["oai:x:2", "oai:x:1"]
    assert [error.code for error in walked.unreadable] == ["nested-too-deep"]
