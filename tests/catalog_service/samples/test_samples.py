"""From drawing to withdrawing: who may, what is kept, what is public, and what is not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from unittest.mock import patch

import pytest

from catalog_service.accounts.service import OPERATOR, Person, Role
from catalog_service.audit.service import Wanted
from catalog_service.journal.model import version_of
from catalog_service.samples import releasing, service
from catalog_service.samples.model import Sample
from catalog_service.samples.records import file_path, source_of
from catalog_service.samples.service import (
    ask,
    discard,
    draw,
    public_file,
    public_samples,
    release,
    samples_for,
    waiting_for,
    withdraw,
)
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import known_record
from harvesters.protocols import Submission
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID
from ontology.terms import ADMS, DCAT, DCT, SHD
from tests.catalog_service.samples.conftest import (
    PARK,
    PLANTED,
    TABLE,
    TRANSPORT,
    WISH,
    make_house,
    park_table,
    person_of,
)
from tests.fixtures.command import Cli, Ran
from tests.fixtures.sheets import workbook
from tests.fixtures.web import House, portal

Two = tuple[Person, Person]


def fails(code: str, by: object, *arguments: object) -> None:
    with pytest.raises(AtlasError) as caught:
        by(*arguments)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.message("zh") != caught.value.message("en")


def released(house: House, people: Two) -> Sample:
    made = draw(house.atlas, people[0], PARK, TABLE, WISH)
    ask(house.atlas, people[0], made.number)
    return release(house.atlas, people[1], made.number)


def test_a_sample_is_drawn_looked_at_released_and_withdrawn(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = draw(atlas, steward, PARK, TABLE, WISH)
    assert (made.state, made.report.rows, made.report.suppressed_groups) == ("drawn", 50, 1)
    assert made.origin == hashlib.sha256(park_table()).hexdigest()
    assert public_samples(atlas) == []
    fails("unknown-sample", public_file, atlas, made.number)
    ask(atlas, steward, made.number)
    assert [one.number for one in waiting_for(atlas, reviewer)] == [made.number]
    assert waiting_for(atlas, steward) == []
    done = release(atlas, reviewer, made.number)
    there, content = public_file(atlas, made.number)
    assert there == done
    assert hashlib.sha256(content).hexdigest() == made.file
    assert not any(one in content.decode() for one in PLANTED)
    withdraw(atlas, reviewer, made.number, "数据有误")
    fails("sample-withdrawn", public_file, atlas, made.number)
    assert StoredFiles(atlas.settings.home).get(made.file) is None
    record = known_record(atlas, f"samples-transport/{made.number}")
    assert record.state == "withdrawn"
    entries = [one.action for one in atlas.audit.walk(Wanted())]
    for action in ("draw", "ask", "release", "withdraw"):
        assert f"sample.{action}" in entries


def test_the_record_names_the_dataset_and_the_dataset_the_sample(house: House, people: Two) -> None:
    made = released(house, people)
    park = known_record(house.atlas, PARK)
    stored = known_record(house.atlas, f"samples-transport/{made.number}")
    record = version_of(stored)
    assert record is not None
    assert stored.public
    assert f"<{record.focus}> <{DCT.source}> <{park.focus}>" in record.nquads
    address = f"{house.settings.public_url}{file_path(made.number)}"
    assert f"<{DCAT.downloadURL}> <{address}>" in record.nquads
    assert "open-type/unconditional" in record.nquads
    assert f"<{DCT.publisher}> <{TRANSPORT}>" in record.nquads
    assert record.nquads.count(f"<{SHD.dataItem}>") == 4
    lines = service.lines_for(house.atlas, park.iri, park.focus)
    assert f"<{park.focus}> <{ADMS.sample}> <{record.iri}#file>" in lines
    source = house.atlas.journal.source("samples-transport")
    assert source is not None
    assert person_of(house, "s", Role.STEWARD).may_over(
        service.Action.DATASET_READ_HELD, "samples-transport"
    )
    # What small groups could be reckoned back from is not public.
    for inside in ("42", str(made.report.suppressed_rows) + " 行的组"):
        assert f'"{inside}"' not in record.nquads


@pytest.mark.parametrize("role", [Role.STEWARD, Role.CITY_OFFICE])
def test_whoever_drew_or_asked_does_not_release(house: House, people: Two, role: Role) -> None:
    atlas, (steward, _) = house.atlas, people
    drawer = person_of(house, "d", role)
    made = draw(atlas, drawer, PARK, TABLE, WISH)
    ask(atlas, steward, made.number)
    for one in (drawer, steward):
        fails("sample-needs-another", release, atlas, one, made.number)
    by_command = draw(atlas, OPERATOR, PARK, TABLE, WISH)
    ask(atlas, OPERATOR, by_command.number)
    fails("sample-needs-another", release, atlas, OPERATOR, by_command.number)


def test_others_see_and_do_nothing(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = draw(atlas, steward, PARK, TABLE, WISH)
    stranger = person_of(house, "x", Role.STEWARD, TRANSPORT.replace("transport", "water"))
    fails("right-missing", draw, atlas, stranger, PARK, TABLE, WISH)
    for step in (ask, release):
        fails("unknown-sample", step, atlas, stranger, made.number)
    assert samples_for(atlas, stranger) == []
    auditor = person_of(house, "a", Role.AUDITOR)
    fails("right-missing", ask, atlas, auditor, made.number)
    # A reviewer writes no drafts.
    fails("right-missing", draw, atlas, reviewer, PARK, TABLE, WISH)


def test_steps_have_their_order_and_reasons(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = draw(atlas, steward, PARK, TABLE, WISH)
    fails("sample-step", release, atlas, reviewer, made.number)
    fails("sample-step", withdraw, atlas, reviewer, made.number, "x")
    fails("sample-reason", discard, atlas, steward, made.number, " ")
    discard(atlas, steward, made.number, "重复")
    assert StoredFiles(atlas.settings.home).get(made.file) is None
    fails("sample-step", ask, atlas, steward, made.number)


def test_an_equal_file_stays_while_a_sample_needs_it(house: House, people: Two) -> None:
    atlas, (steward, _) = house.atlas, people
    first, second = (draw(atlas, steward, PARK, TABLE, WISH) for _ in range(2))
    assert first.file == second.file
    discard(atlas, steward, first.number, "重复")
    assert StoredFiles(atlas.settings.home).get(second.file) is not None


def test_without_a_smallest_group_none_is_released(
    house: House, people: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas, (steward, reviewer) = house.atlas, people

    def set_to(number: int | None) -> None:
        settings = atlas.settings.model_copy(update={"sample_smallest_group": number})
        monkeypatch.setattr(atlas, "settings", settings)

    set_to(None)
    sample = draw(atlas, steward, PARK, TABLE, WISH)
    with pytest.raises(AtlasError, match="ATLAS_SAMPLE_SMALLEST_GROUP") as caught:
        ask(atlas, steward, sample.number)
    assert caught.value.code == "sample-without-smallest-group"
    set_to(5)
    second = draw(atlas, steward, PARK, TABLE, WISH)
    ask(atlas, steward, second.number)
    set_to(6)
    fails("sample-other-smallest-group", release, atlas, reviewer, second.number)
    set_to(None)
    fails("sample-without-smallest-group", release, atlas, reviewer, second.number)
    assert public_samples(atlas) == []


def test_only_of_conditional_public_datasets(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    fails("sample-not-conditional", draw, atlas, steward, "transport/BUS", TABLE, WISH)
    fails("record-not-found", draw, atlas, steward, "transport/NONE", TABLE, WISH)
    made = released(house, people)
    waits = draw(atlas, steward, PARK, TABLE, WISH)
    ask(atlas, steward, waits.number)
    house.submit("transport", [portal("PARK", "停车场", is_open="非开放")])
    # Closing the dataset ends its sample; nobody has withdrawn it.
    fails("sample-not-served", public_file, atlas, made.number)
    fails("sample-dataset-ended", release, atlas, reviewer, waits.number)
    assert public_samples(atlas) == []


def test_withdrawing_the_samples_record_ends_its_file(house: House, people: Two) -> None:
    made = released(house, people)
    house.withdraw("samples-transport", str(made.number))
    fails("sample-not-served", public_file, house.atlas, made.number)


def test_killed_between_record_and_step_nothing_is_served_and_a_second_call_heals(
    house: House, people: Two
) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = draw(atlas, steward, PARK, TABLE, WISH)
    ask(atlas, steward, made.number)
    with (
        patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(atlas, reviewer, made.number)
    record = known_record(atlas, f"samples-transport/{made.number}")
    assert record.public
    fails("unknown-sample", public_file, atlas, made.number)
    assert public_samples(atlas) == []
    release(atlas, reviewer, made.number)
    assert public_file(atlas, made.number)[0].state == "released"
    assert known_record(atlas, f"samples-transport/{made.number}").hash == record.hash


def test_killed_while_withdrawing_the_file_is_gone_first(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = released(house, people)
    with (
        patch.object(atlas.catalog, "withdraw", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        withdraw(atlas, reviewer, made.number, "有误")
    fails("sample-withdrawn", public_file, atlas, made.number)
    again = withdraw(atlas, reviewer, made.number, "有误")
    assert len(again.steps) == 4
    assert known_record(atlas, f"samples-transport/{made.number}").state == "withdrawn"


def test_a_lost_or_damaged_file_is_neither_released_nor_served(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = released(house, people)
    waits = draw(atlas, steward, PARK, TABLE, WISH)
    ask(atlas, steward, waits.number)
    path = atlas.settings.home / "files" / made.file[:2] / made.file
    path.write_bytes(path.read_bytes() + b"x")
    fails("sample-file", public_file, atlas, made.number)
    fails("sample-file", release, atlas, reviewer, waits.number)


def test_a_gate_that_holds_the_record_holds_the_sample(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    atlas.journal.put_source("samples-transport", kind="push", title="x", gate="enforce")
    made = draw(atlas, steward, PARK, TABLE, WISH)
    ask(atlas, steward, made.number)
    # The test's own address is that of no registered platform.
    with pytest.raises(AtlasError, match="R10") as caught:
        release(atlas, reviewer, made.number)
    assert caught.value.code == "sample-record-held"
    fails("unknown-sample", public_file, atlas, made.number)
    trail = Submission("samples-transport", "test")
    (outcome,) = atlas.catalog.release([str(made.number)], trail)
    assert outcome.error is None
    assert release(atlas, reviewer, made.number).state == "released"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        ("编号,区\n".encode(), "sample-empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 20, None),
        (b"PK\x03\x04" + b"\0" * 100, None),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n", "sample-columns"),
        ("编号,区\n1,浦东\n".encode() + b"\xff\xfe\xfa,\x80\n" * 20, "wrong-encoding"),
        (('编号,"' + "区" * 300 + '"\n1,2\n').encode(), "sample-header"),
        ("编号,区,区\n1,2,3\n".encode(), "sample-header"),
        (b'a,b\n1,"2\n' * 3, None),
        (b"<html><body>404</body></html>", None),
    ],
    ids=[
        "nothing", "no-rows", "picture", "pdf", "broken-workbook", "wide", "encoding", "long-name",
        "twice", "quote", "page",
    ],
)  # fmt: skip
def test_junk_is_told(house: House, people: Two, content: bytes, code: str | None) -> None:
    table = Input("junk.csv", content=content)
    with pytest.raises(AtlasError) as caught:
        draw(house.atlas, people[0], PARK, table, service.Wish(10, "1"))
    assert code in (None, caught.value.code)
    assert caught.value.kind.status < 500
    assert samples_for(house.atlas, OPERATOR) == []


def test_a_workbook_is_drawn_from_as_its_csv(house: House, people: Two) -> None:
    rows = [tuple(line.split(",")) for line in park_table().decode().split("\r\n")[:-1]]
    book = Input("park.xlsx", content=workbook(*rows))
    first = draw(house.atlas, people[0], PARK, TABLE, WISH)
    assert draw(house.atlas, people[0], PARK, book, WISH).file == first.file


def test_sources_of_samples_have_short_names() -> None:
    long = "a" * 63
    assert source_of("city") == "samples-city"
    assert SOURCE_ID.fullmatch(source_of(long))
    assert source_of(long) != source_of("a" * 62)


def test_commands_draw_the_same_bytes_and_show_what_is_kept(tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    made = make_house(cli.home / "var")
    with made.atlas:
        pass
    table = cli.home / "park.csv"
    table.write_bytes(park_table())
    given = {
        "ATLAS_BASE_IRI": made.settings.base_iri,
        "ATLAS_SAMPLE_SMALLEST_GROUP": "5",
        "ATLAS_SAMPLE_LARGEST_SHARE": "0.5",
    }

    def ran(*arguments: str) -> Ran:
        return cli("sample", *arguments, **given)

    drawing = ("draw", PARK, str(table), "--size", "50", "--strata", "区", "--json", "--seed")
    first, second, other = (ran(*drawing, seed).json for seed in ("42", "42", "43"))
    assert first["file"] == second["file"] != other["file"]
    assert (first["state"], first["report"]["suppressed_rows"]) == ("drawn", 3)
    shown = ran("show", PARK)
    assert shown.code == 0
    assert "Kolmogorov" in shown.out
    assert [one["number"] for one in ran("show", "--json").json["samples"]] == [3, 2, 1]
    assert ran("ask", "1").code == 0
    refused = ran("release", PARK)
    assert refused.code != 0
    refused = ran("release", "1")
    assert "sample-needs-another" in refused.err
    assert "sample-step" in ran("withdraw", "1", "--reason", "x").err
    assert ran("discard", "1", "--reason", "x").code == 0
    assert "unknown-sample" in ran("show", "999").err


@pytest.mark.services
def test_samples_are_kept_in_postgresql_alike(tmp_path: Path, empty_postgres: str) -> None:
    made = make_house(tmp_path / "var", database_url=empty_postgres)
    with made.atlas as atlas:
        two = person_of(made, "s", Role.STEWARD), person_of(made, "r", Role.REVIEWER)
        one = released(made, two)
        assert public_file(atlas, one.number)[0] == one
        again = draw(atlas, two[0], PARK, TABLE, WISH)
        assert (again.number, again.file, again.report) == (2, one.file, one.report)
        withdraw(atlas, two[1], one.number, "有误")
        # The second sample needs the equal file.
        assert StoredFiles(atlas.settings.home).get(one.file) is not None
        fails("sample-withdrawn", public_file, atlas, one.number)
