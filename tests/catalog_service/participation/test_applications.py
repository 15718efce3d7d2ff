"""Applications for conditional data, from the form to the end of what was agreed on, over HTTP."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR
from catalog_service.audit.tables import audit_entries
from catalog_service.classification.model import Agreement
from catalog_service.classification.service import classify, put_agreement
from catalog_service.documents.pdf import write_pdf
from catalog_service.participation import service
from catalog_service.participation.agreements import agreement_of, document_of
from catalog_service.participation.announcing import may_act
from catalog_service.participation.applying import apply_for, offer_of
from catalog_service.participation.clocks import counted
from catalog_service.participation.expiring import end_over
from catalog_service.participation.judging import AverageOver, averages_over, judged
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.papers import paper, paper_as_json
from catalog_service.participation.sealed_texts import erase_texts
from catalog_service.participation.signing import MOST_TRIES, forget_old_codes
from catalog_service.participation.statistics import statistics_answer
from catalog_service.participation.tables import case_codes, case_papers
from catalog_service.participation.taking import lapse, take_step
from catalog_service.participation.upkeep import run
from catalog_service.participation.waiting import WAITING
from catalog_service.waiting import WaitingItem
from catalog_service.working_calendar.service import working_days
from ontology.errors import AtlasError
from tests.catalog_service.participation.conftest import (
    AGREEMENT,
    APPLIED,
    TRANSPORT,
    Town,
    code_of,
    mailed,
)
from tests.fixtures.web import HTML

NEW = "/cases/new/application"
SECRETS = ("张敏", "13800138000", "浦江数据有限公司", "只要浦东新区", "专人保管", "李签字")


def name_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    found = re.search(r"A2026-\d{6}", answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return found[0]


def led(town: Town, *steps: str) -> Case:
    """Return an application after some steps, each taken by its party."""
    atlas = town.house.atlas
    case = apply_for(atlas, town.who("citizen"), APPLIED)
    for step in steps:
        kind = MACHINES["application"].step_named(step)
        assert kind is not None
        who = {"asker": "citizen", "handler": "steward", "sorter": "second"}[kind.by]
        fields = {"article": "第二十二条", "signature": "李签字"}
        if step in ("sign", "countersign"):
            fields["code"] = code_of(town, step, who, case.name)
        case = take_step(atlas, town.who(who), case.number, step, "文字", fields)
    return case


SIGNED = ("accept_it", "grant", "sign")
FILED = (*SIGNED, "countersign", "file")


def refused(code: str, town: Town, who: str, case: Case, step: str, /, **fields: str) -> None:
    with pytest.raises(AtlasError) as error:
        take_step(town.house.atlas, town.who(who), case.number, step, "文字", fields)
    assert error.value.code == code
    assert error.value.message("zh") != error.value.message("en")


def code_row(town: Town) -> sa.Row[tuple[object, ...]] | None:
    with town.house.atlas.journal.reading_tables() as connection:
        return connection.execute(sa.select(*case_codes.c)).first()


def test_an_application_is_made_decided_signed_filed_and_revoked(town: Town) -> None:
    citizen, steward, reviewer = (town.browser(one) for one in ("citizen", "steward", "reviewer"))
    dataset = town.client.get("/dataset/city/PARK?lang=en", headers=HTML).text
    assert f"{NEW}?" in dataset and "Apply for it in this catalogue" in dataset
    # What it is given on is told before one writes, and to who is not signed in.
    address = f"{NEW}?dataset=city/PARK"
    for page in (citizen.get(address), town.client.get(address, headers=HTML)):
        assert page.status_code == 200
        for told in ("停车场车位", "使用须留痕", "数据利用协议", "X2", "R17", "R19"):
            assert told in page.text
    name = name_of(citizen.post(NEW, **APPLIED))
    own, work = f"/cases/{name}", f"/workbench/cases/{name}"
    for page in (citizen.get(own), steward.get(work)):
        for told in (*SECRETS[:5], "2026-12-31"):
            assert told in page.text
    assert name in steward.get("/workbench?lang=en").text
    assert steward.post(work, step="accept_it").status_code == 303
    assert steward.post(work, step="grant", text="符合条件").status_code == 303
    agreement = citizen.get(own).text
    for told in ("数据利用协议", "上海市交通委员会", "浦江数据有限公司", f"{own}/agreement.pdf"):
        assert told in agreement
    assert citizen.get(f"{own}/agreement.pdf").content.startswith(b"%PDF")
    # No signature without a code.
    assert citizen.post(own, step="sign", signature="张敏").status_code == 422
    assert citizen.post(f"{own}/code").headers["location"].startswith(own)
    code = mailed(town.house, town.people["citizen"].id)
    assert citizen.post(own, step="sign", signature="张敏", code="AAAA-2222").status_code == 422
    assert citizen.post(own, step="sign", signature="张敏", code=code.lower()).status_code == 303
    assert reviewer.post(f"{own}/code").headers["location"].startswith(work)
    code = mailed(town.house, town.people["reviewer"].id)
    signed = reviewer.post(work, step="countersign", signature="李签字", code=code)
    assert signed.status_code == 303, signed.text
    assert steward.post(work, step="file").status_code == 303
    page = citizen.get(own).text
    assert "2026-0001" in page and "李签字" in page
    pdf = citizen.get(f"{own}/agreement.pdf")
    assert pdf.headers["cache-control"] == "private, no-store"
    assert hashlib.sha256(pdf.content).hexdigest() in page
    case = service.case_named(town.house.atlas, town.who("citizen"), name)
    both = agreement_of(town.house.atlas, case)
    assert both is not None and [one.name for one in both.signatures] == ["张敏", "李签字"]
    assert pdf.content == write_pdf(document_of(case, both))
    assert town.client.get(f"/api/v1/cases/{name}").status_code == 404
    assert steward.post(work, step="revoke", text="用途不符").status_code == 303
    assert "用途不符" in citizen.get(own).text
    for path in (f"/applications/{name}", f"/demands/{name}", f"/objections/{name}"):
        assert town.client.get(path, headers=HTML).status_code == 404
    for path in ("/demands", "/objections", "/api/v1/cases", "/dataset/city/PARK"):
        assert name not in town.client.get(path, headers=HTML).text


def test_what_identifies_anybody_is_found_in_no_file(town: Town) -> None:
    case = led(town, *FILED)
    steps = service.case_for(town.house.atlas, town.who("citizen"), case.number).steps
    assert not any("signature" in one.details or "code" in one.details for one in steps)
    files = [one for one in town.house.settings.home.rglob("*") if one.is_file()]
    assert files
    for secret in SECRETS:
        assert not [one for one in files if secret.encode() in one.read_bytes()], secret


def test_the_audit_tells_of_codes_and_readings_and_names_no_asker(town: Town) -> None:
    case = led(town, *SIGNED)
    steward = town.browser("steward")
    assert steward.get(f"/cases/{case.name}/agreement.pdf").status_code == 200
    with town.house.atlas.journal.reading_tables() as connection:
        columns = (audit_entries.c.actor, audit_entries.c.action, audit_entries.c.details)
        query = sa.select(*columns).where(audit_entries.c.subject == case.name)
        rows = connection.execute(query).all()
    told = {(row.actor, row.action) for row in rows}
    assert ("asker", "case.code") in told
    assert (f"person:{town.people['steward'].id}", "case.read") in told
    assert not [row for row in rows if town.people["citizen"].id in f"{row.actor} {row.details}"]


def test_both_clocks_run_stop_and_are_reached(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town)

    def took() -> dict[str, tuple[int, bool]]:
        there = service.case_for(atlas, town.who("citizen"), case.number)
        today = atlas.clock.today()
        runs = counted(MACHINES[case.kind], there, working_days(atlas), atlas.rules, today)
        return {one.clock.rule: (one.used, one.reached is not None) for one in runs}

    def do(who: str, step: str, **fields: str) -> None:
        take_step(atlas, town.who(who), case.number, step, "文字", fields)

    # 1 September 2026 is a Tuesday.
    town.house.clock.step_days(2)
    assert took() == {"R17": (2, False), "R19": (2, False)}
    do("steward", "ask_more")
    town.house.clock.step_days(5)
    do("citizen", "give_more")
    # Of the day on which more was asked for nothing counts.
    assert took() == {"R17": (1, False), "R19": (1, False)}
    town.house.clock.step_days(1)
    do("steward", "accept_it")
    town.house.clock.step_days(1)
    assert took() == {"R17": (2, True), "R19": (3, False)}
    do("steward", "ask_details")
    town.house.clock.step_days(7)
    do("citizen", "give_details")
    do("steward", "refuse", article="第二十二条")
    assert took() == {"R17": (2, True), "R19": (2, True)}


def test_acceptance_is_judged_by_the_average_of_the_year(town: Town) -> None:
    atlas = town.house.atlas
    led(town, "accept_it")
    case = led(town)
    # Thursday, 17 September: the twelfth working day.
    town.house.clock.step_days(16)
    assert "R17" not in {one.rule for one in judged(atlas)}
    assert list(averages_over(atlas)) == []
    take_step(atlas, town.who("steward"), case.number, "accept_it", "文字", {})
    assert list(averages_over(atlas)) == [AverageOver("R17", TRANSPORT, 6.0, 5, 2)]
    assert list(averages_over(atlas, date(2026, 9, 16))) == []


def test_a_refusal_is_appealed_once_and_decided_by_others(town: Town) -> None:
    case = led(town, "accept_it", "refuse")
    assert take_step(town.house.atlas, town.who("citizen"), case.number, "appeal", "不服")
    refused("right-missing", town, "steward", case, "uphold")
    done = take_step(town.house.atlas, town.who("second"), case.number, "reopen", "重新审查")
    assert done.state == "accepted" and done.organization == TRANSPORT
    take_step(
        town.house.atlas, town.who("steward"), case.number, "refuse", "仍不", {"article": "第九条"}
    )
    refused("case-too-often", town, "citizen", case, "appeal")
    assert lapse(town.house.atlas, case.number)
    other = led(town, "reject", "appeal")
    assert service.possible_steps(town.house.atlas, town.who("second"), other)
    take_step(town.house.atlas, town.who("second"), other.number, "reopen", "应当受理")
    take_step(
        town.house.atlas, town.who("steward"), other.number, "refuse", "不", {"article": "九"}
    )


def test_a_code_counts_once_for_five_answers_and_fifteen_minutes(town: Town) -> None:
    case = led(town, "accept_it", "grant")
    given = {"signature": "张敏"}
    refused("signature-code-not-valid", town, "citizen", case, "sign", **given, code="AAAA-2222")
    code = code_of(town, "sign", "citizen", case.name)
    row = code_row(town)
    assert row is not None and code.replace("-", "").encode() not in bytes(row.sealed)  # type: ignore[arg-type]
    for _ in range(MOST_TRIES):
        refused("signature-code-not-valid", town, "citizen", case, "sign", **given, code="9999")
    # The right one comes too late.
    refused("signature-code-not-valid", town, "citizen", case, "sign", **given, code=code)
    town.house.clock.step(minutes=1)
    assert town.browser("citizen").post(f"/cases/{case.name}/code").status_code == 303
    soon = town.browser("citizen").post(f"/cases/{case.name}/code")
    assert soon.status_code == 429
    code = code_of(town, "sign", "citizen", case.name)
    town.house.clock.step(minutes=15)
    refused("signature-code-not-valid", town, "citizen", case, "sign", **given, code=code)
    code = code_of(town, "sign", "citizen", case.name)
    town.house.clock.step(minutes=14)
    atlas = town.house.atlas
    done = take_step(atlas, town.who("citizen"), case.number, "sign", "", {**given, "code": code})
    assert done.state == "signed" and code_row(town) is None
    # It is the applicant's, and was used.
    refused("signature-code-not-valid", town, "steward", case, "countersign", **given, code=code)


def test_a_code_is_of_one_step_and_one_case(town: Town) -> None:
    first, second = led(town, "accept_it", "grant"), led(town, "accept_it", "grant")
    code = code_of(town, "sign", "citizen", first.name)
    given = {"signature": "张敏", "code": code}
    refused("signature-code-not-valid", town, "citizen", second, "sign", **given)
    refused("right-missing", town, "steward", first, "sign", **given)
    none = town.browser("steward").post(f"/cases/{first.name}/code")
    assert none.status_code == 409


def test_who_has_no_address_is_told_so(town: Town) -> None:
    case = led(town, *SIGNED)
    answer = town.browser("city").post(f"/cases/{case.name}/code")
    assert answer.status_code == 409 and "signature-no-address" in answer.text


def test_two_signatures_at_once_are_one(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town, "accept_it", "grant")
    code = code_of(town, "sign", "citizen", case.name)
    who = town.who("citizen")

    def sign(at: int) -> str:
        fields = {"signature": f"张敏{at}", "code": code}
        try:
            return take_step(atlas, who, case.number, "sign", "", fields).state
        except AtlasError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(sign, range(4)))
    assert found.count("signed") == 1
    assert set(found) <= {"signed", "case-step", "signature-code-not-valid"}
    agreement = agreement_of(atlas, case)
    assert agreement is not None and len(agreement.signatures) == 1


def test_four_eyes_keep_who_granted_it_from_signing(town: Town) -> None:
    FourEyes(town.house.atlas.journal).demand(TRANSPORT, demanded=True)
    case = led(town, *SIGNED)
    page = town.browser("steward").get(f"/workbench/cases/{case.name}?lang=en").text
    assert "another countersigns it" in page and 'name="signature"' not in page
    assert 'name="signature"' in town.browser("reviewer").get(f"/workbench/cases/{case.name}").text
    code = code_of(town, "countersign", "steward", case.name)
    given = {"signature": "李签字", "code": code}
    refused("signature-needs-another", town, "steward", case, "countersign", **given)
    code = code_of(town, "countersign", "reviewer", case.name)
    done = take_step(
        town.house.atlas,
        town.who("reviewer"),
        case.number,
        "countersign",
        "",
        {"signature": "李签字", "code": code},
    )
    assert done.state == "countersigned"


def test_filings_are_numbered_without_gaps_in_each_year(town: Town) -> None:
    numbers = []
    for _ in range(2):
        case = led(town, *FILED)
        numbers.append(case.steps[-1].details["number"])
        document = paper(town.house.atlas, case.number, "document")
        assert document is not None
        digest = hashlib.sha256(document).hexdigest()
        assert [one.details.get("digest") for one in case.steps[-2:]] == [digest, digest]
    assert numbers == ["2026-0001", "2026-0002"]
    case = led(town, *SIGNED, "countersign")
    town.house.clock.step_days(122)
    done = take_step(town.house.atlas, town.who("steward"), case.number, "file")
    assert done.steps[-1].details["number"] == "2027-0001"


def test_what_is_signed_is_what_was_granted(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town, "accept_it", "grant")
    before = agreement_of(atlas, case)
    later = Agreement({"zh": "另一协议"}, "# 另一协议\n")
    put_agreement(atlas, OPERATOR, "use", later, date(2026, 1, 6), "")
    assert before is not None and agreement_of(atlas, case) == before
    assert (before.template, before.version) == ("use", 1)
    done = led(town, "accept_it", "grant")
    assert done.steps[-1].details["version"] == "2"
    assert AGREEMENT.startswith("# 数据利用协议") and "数据利用协议" in before.text


def test_nothing_is_granted_without_an_agreement(town: Town) -> None:
    atlas = town.house.atlas
    classify(atlas, OPERATOR, "city/PARK", "X2", reason="没有协议")
    case = led(town, "accept_it")
    refused("application-without-agreement", town, "steward", case, "grant")
    page = town.browser("citizen").get(f"{NEW}?dataset=city/PARK&lang=en").text
    assert "granted once there is one" in page


def test_a_period_ends_by_its_day_and_may_be_shortened(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town, "accept_it")
    for day in ("2027-01-01", "2026-08-31"):
        refused("case-field-wrong", town, "steward", case, "grant", until=day)
    done = take_step(
        atlas, town.who("steward"), case.number, "grant", "到国庆前", {"until": "2026-09-30"}
    )
    agreement = agreement_of(atlas, done)
    assert agreement is not None and dict(agreement.applied)["until"] == "2026-09-30"
    for step, who in (("sign", "citizen"), ("countersign", "reviewer")):
        fields = {"signature": "李签字", "code": code_of(town, step, who, case.name)}
        take_step(atlas, town.who(who), case.number, step, "", fields)
    take_step(atlas, town.who("steward"), case.number, "file")
    town.house.clock.step_days(29)
    # Its last day counts.
    assert atlas.clock.today() == date(2026, 9, 30)
    assert end_over(atlas) == 0 and lapse(atlas, case.number) is None
    town.house.clock.step_days(1)
    assert end_over(atlas) == 1 and end_over(atlas) == 0
    assert service.case_for(atlas, town.who("citizen"), case.number).state == "ended"
    refused("case-step", town, "steward", case, "revoke")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"from": "2026-08-31"}, "case-field-wrong"),
        ({"until": "2026-08-31"}, "case-field-wrong"),
        ({"from": "2026-13-01"}, "case-field-wrong"),
        ({"until": ""}, "case-field-needed"),
        ({"applicant": " "}, "case-field-needed"),
        ({"security": ""}, "case-field-needed"),
        ({"applicant": "长" * 101}, "case-field-wrong"),
        ({"text": ""}, "case-text-needed"),
        ({"terms": ""}, "application-terms"),
        ({"dataset": "city/BUS1"}, "application-not-needed"),
        ({"dataset": "city/CLOSED"}, "case-field-wrong"),
        ({"dataset": ""}, "case-field-wrong"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    town: Town, changed: dict[str, str], code: str
) -> None:
    answer = town.browser("citizen").post(NEW, **{**APPLIED, **changed})
    assert answer.status_code == 422
    with pytest.raises(AtlasError) as error:
        apply_for(town.house.atlas, town.who("citizen"), {**APPLIED, **changed})
    assert error.value.code == code
    assert "内部" not in answer.text
    if "dataset" not in changed and changed.get("text") != "":
        # What was typed stays in the form.
        assert "研究车位周转" in answer.text
    assert service.own_cases(town.house.atlas, town.who("citizen"), 10) == []


def test_data_that_is_open_to_all_is_not_applied_for(town: Town) -> None:
    page = town.browser("citizen").get(f"{NEW}?dataset=city/BUS1&lang=en")
    assert page.status_code == 422 and "nobody applies for it" in page.text
    assert NEW not in town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert offer_of(town.house.atlas, "city/PARK").organization == TRANSPORT


def test_nobody_else_reads_a_form_or_an_agreement(town: Town) -> None:
    case = led(town, "accept_it", "grant")
    path = f"/cases/{case.name}"
    for login in ("other", "health"):
        browser = town.browser(login)
        for address in (path, f"{path}/agreement.pdf", f"/workbench/cases/{case.name}"):
            answer = browser.get(address)
            assert answer.status_code in (403, 404)
            assert not [one for one in SECRETS if one in answer.text]
        assert browser.post(f"{path}/code").status_code == 404
    assert town.client.get(f"{path}/agreement.pdf", headers=HTML).status_code == 303
    demand = town.browser("citizen").post("/cases/new/demand", text="要数据").headers["location"]
    number = re.search(r"D2026-\d{6}", demand)
    assert number is not None
    assert town.browser("citizen").get(f"/cases/{number[0]}/agreement.pdf").status_code == 404


def test_erasing_takes_the_papers_away(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town, *FILED)
    assert paper_as_json(atlas, case.number, "form")["applicant"] == "浦江数据有限公司"
    with atlas.journal.writing_tables() as connection:
        erase_texts(connection, case.number)
    with atlas.journal.reading_tables() as connection:
        assert connection.execute(sa.select(case_papers.c.case)).first() is None
    assert paper(atlas, case.number, "document") is None
    page = town.browser("steward").get(f"/workbench/cases/{case.name}")
    assert page.status_code == 200 and not [one for one in SECRETS if one in page.text]


def test_hashes_of_codes_that_count_no_longer_are_not_kept(town: Town) -> None:
    case = led(town, "accept_it", "grant")
    code_of(town, "sign", "citizen", case.name)
    town.house.clock.step(minutes=14)
    assert forget_old_codes(town.house.atlas) == 0 and code_row(town) is not None
    town.house.clock.step(minutes=1)
    stop = Event()
    stop.set()
    run(town.house.atlas, stop)
    assert code_row(town) is None


def test_applications_wait_at_the_workbench_with_their_day(town: Town) -> None:
    case = led(town)
    kind = next(one for one in WAITING if one.name == "applications")
    (item,) = kind.find(town.house.atlas, town.who("steward"))
    assert isinstance(item, WaitingItem)
    assert item.path == f"/workbench/cases/{case.name}" and item.due == date(2026, 9, 8)
    assert not list(kind.find(town.house.atlas, town.who("health")))


def test_what_is_in_force_or_waits_for_a_signature_waits_for_nobody_here(town: Town) -> None:
    atlas = town.house.atlas
    kind = next(one for one in WAITING if one.name == "applications")
    case = led(town, "accept_it", "grant")
    # It could be revoked or ended, and need not be.
    assert service.possible_steps(town.house.atlas, town.who("reviewer"), case)
    assert not list(kind.find(atlas, town.who("reviewer")))
    assert may_act(atlas, case) == []
    for step, who in (("sign", "citizen"), ("countersign", "steward")):
        fields = {"signature": "李签字", "code": code_of(town, step, who, case.name)}
        take_step(atlas, town.who(who), case.number, step, "", fields)
    assert list(kind.find(atlas, town.who("reviewer")))
    done = take_step(atlas, town.who("steward"), case.number, "file")
    assert not list(kind.find(atlas, town.who("reviewer"))) and may_act(atlas, done) == []


def test_statistics_count_an_application_by_its_decision(town: Town) -> None:
    atlas = town.house.atlas
    case = led(town)
    town.house.clock.step_days(1)
    take_step(atlas, town.who("steward"), case.number, "accept_it")
    town.house.clock.step_days(2)
    take_step(atlas, town.who("steward"), case.number, "refuse", "不", {"article": "第九条"})
    (group,) = statistics_answer(atlas).groups
    # Decided on the third working day; that it was accepted on the first is another term.
    assert (group.kind, group.opened, group.answered) == ("application", 1, 1)
    assert group.average_working_days == 3.0


def test_an_application_that_is_late_twice_is_one_late_case(town: Town) -> None:
    atlas, case = town.house.atlas, led(town)
    # Neither accepted within five working days nor decided within ten.
    town.house.clock.step_days(30)
    found = service.case_for(atlas, town.who("citizen"), case.number)
    assert [one.late for one in service.clocks_of(atlas, found)] == [True, True]
    (group,) = statistics_answer(atlas).groups
    assert (group.opened, group.late) == (1, 1)
