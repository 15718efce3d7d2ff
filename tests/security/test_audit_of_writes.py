"""Every route that writes leaves an entry in the audit, and names who wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.accounts.oidc.model import Identity, Tokens
from catalog_service.accounts.oidc.service import OidcSignIn, SignedIn
from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.acting import ANYBODY
from catalog_service.app import create_app
from catalog_service.audit.service import StoredEntry, Wanted
from catalog_service.audit.verification import verify
from catalog_service.editing.desks import open_desk
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.service import draft as make_list
from catalog_service.open_list.service import edit as edit_list
from catalog_service.open_list.service import take as take_list
from catalog_service.open_list.taking import take_step
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.thesaurus_work.edits import ThesaurusEdits
from catalog_service.vocabulary_work.concept_work import concepts_of
from harvesters.platforms.guarded_list import GuardedList
from tests.catalog_service.editing.workbooks_made import book, content
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.oidc_stand_in import ISSUER, StandIn, signed, use_stand_in
from tests.fixtures.people import PASSWORD, Browser, person, use_counting_hasher
from tests.fixtures.routes import all_routes
from tests.fixtures.web import BASE, House, opened, portal

READING = {
    "/api/3/action/{action}",
    "/api/action/{action}",
    "/api/v1/validate",
    "/api/v1/vocabulary/previews",
    "/mcp",
    "/oai",
    "/reconcile",
    "/rules/{rule_id}/impact",
    "/source-catalog/conflicts",
    "/sparql",
    "/sparql/",
    "/sparql/queries",
}
"""Routes that are asked by POST, and write nothing that anybody decided."""

ELSEWHERE = {
    **dict.fromkeys(
        (
            "/api/v1/cases",
            "/api/v1/cases/{case}/code",
            "/api/v1/cases/{case}/steps",
            "/api/v1/results",
            "/cases/{case}",
            "/cases/{case}/code",
            "/cases/new/application",
            "/cases/new/demand",
            "/cases/new/objection",
            "/cases/new/sharing",
            "/cases/new/result",
            "/workbench/cases/{case}",
        ),
        "by whoever brought a case up: tests/catalog_service/participation/test_stories.py",
    ),
    "/demands/{case}": "who follows a demand is told to nobody",
    "/api/v1/follows": "who follows what is told to nobody",
    "/api/v1/follows/{follow}": "who follows what is told to nobody",
    "/follows": "tests/catalog_service/following/test_mail_and_feeds.py",
    "/follows/new": "who follows what is told to nobody",
    "/objections/{case}": "who follows an objection is told to nobody",
    "/workbench/results": "tests/catalog_service/results/test_awards.py",
    "/notices": "one's own notices are marked as read, which tells nobody anything",
    "/notices/preferences": "tests/catalog_service/notices/test_pages.py",
    "/notices/unsubscribe": "tests/catalog_service/notices/test_pages.py",
}
"""Routes that no token of the installation can ask: what shows that they tell the audit, or why not
all of them do."""

DECIDED = {"value.propose", "value.release"}

CLAIM = {"department": "上海市民政局", "source": "养老平台", "reason": "登记"}


class Site:
    """A house with a run that waits for its decision, a token for everything, and a client."""

    def __init__(self, house: House, client: httpx.Client) -> None:
        self.house, self.client = house, client
        made = house.atlas.tokens.create("test", ["admin"])
        self.names = 0
        self.token_actor, self.secret = f"token:{made.token.id}", made.secret
        self.actor = self.token_actor
        self.headers = {"Authorization": f"Bearer {made.secret}"}
        self.store = HarvestStore(house.atlas.journal, house.clock)
        self.owned, self.owner = "", Browser(client, None)

    def send(self, method: str, path: str, **more: object) -> httpx.Response:
        answer = self.client.request(method, path, headers=self.headers, **more)  # type: ignore[arg-type]
        assert answer.status_code < 400, answer.text
        return answer

    def form(self, path: str, **fields: object) -> httpx.Response:
        return self.send("POST", path, data={"token": self.secret, **fields})

    def visited(self) -> str:
        """Connect a new source to a platform."""
        source = self.name("visited")
        self.house.atlas.journal.put_source(source, kind="district", url="https://x.example/")
        self.store.put_source(source, HarvestSettings(), None)
        return source

    def waiting_run(self, source: str) -> str:
        """Visit a source twice; the second run asks about what is gone."""
        platform = MemoryPlatform(source)
        platform.put(*(f"A{n}" for n in range(10)), update_time="2026-08-20")
        for _ in range(2):
            guarded = GuardedList(platform, "https://x.example/")
            found = harvest(self.house.atlas, source, actor="test", full=True, platform=guarded)
            for name in [*platform.datasets][:5]:
                del platform.datasets[name]
        assert found.run is not None and found.status == "waiting"
        return found.run

    def running(self, source: str) -> str:
        return self.store.begin(source, full=True, bookmark=None).id

    def name(self, begin: str) -> str:
        """Return a name that nothing else has."""
        self.names += 1
        return f"{begin}{self.names}"

    def claim(self) -> dict[str, str]:
        return {**CLAIM, "item": self.name("床位数")}

    def item(self, claim: dict[str, str]) -> str:
        return str(self.send("POST", "/api/v1/source-catalog", json=claim).json()["item"]["id"])

    def held(self) -> str:
        name = self.name("HELD")
        self.house.submit("strict", [portal(name, "等待的线路", is_open="")], gate="enforce")
        return name


def post_source(site: Site) -> None:
    site.send("POST", "/api/v1/sources", json={"id": site.name("new"), "title": "新"})


def put_source(site: Site) -> None:
    site.send("PUT", "/api/v1/sources/city", json={"title": "市平台", "repeats": "hold"})


def delete_source(site: Site) -> None:
    site.house.atlas.journal.put_source("old")
    site.send("DELETE", "/api/v1/sources/old")


def visit(site: Site) -> None:
    site.send("POST", f"/api/v1/sources/{site.visited()}/harvest")


def visit_by_page(site: Site) -> None:
    site.form(f"/sources/{site.visited()}")


def put_record(site: Site) -> None:
    site.send("PUT", "/api/v1/sources/pushed/records/P1", json=portal("P1", "推送的线路"))


def delete_record(site: Site) -> None:
    site.send("DELETE", "/api/v1/sources/city/records/XSS")


def post_records(site: Site) -> None:
    lines = b"\n".join(orjson.dumps(portal(f"P{n}", f"线路{n}")) for n in range(3))
    headers = {**site.headers, "Content-Type": "application/x-ndjson"}
    path = "/api/v1/sources/pushed/records"
    site.client.post(path, content=lines, headers=headers).raise_for_status()


def release(site: Site) -> None:
    path = f"/api/v1/sources/strict/records/{site.held()}/release"
    site.send("POST", path, json={"reason": "核过"})


def release_by_page(site: Site) -> None:
    name = site.held()
    page = site.send("GET", f"/workbench/held/strict/{name}").text
    found = re.search(r'name="version" value="([^"]*)"', page)
    assert found is not None
    fields = {"version": found[1], "verdict": "release", "step": "decide", "reason": "核过"}
    site.send("POST", "/workbench/held", data=fields)


def recheck(site: Site) -> None:
    site.send("POST", "/api/v1/sources/strict/recheck")


def decide_pair(site: Site) -> None:
    iris = {"one": f"{BASE}/id/dataset/city/BUS1", "other": f"{BASE}/id/dataset/city/COND"}
    body = {**iris, "relation": "none", "reason": "不同"}
    site.send("POST", "/api/v1/duplicates/decisions", json=body)


def decide_pair_by_page(site: Site) -> None:
    names = {"one": "city/BUS1", "other": "city/TURNED", "verdict": "none"}
    site.form("/duplicates", action="decide", reason="不同", **names)


def unknown_value(site: Site) -> dict[str, str]:
    """Submit a record with a value that no vocabulary knows; return what it is to mean."""
    text = site.name("没有人知道的领域")
    site.house.submit("values", [portal(text, "线路", category=text)])
    return {"field": "theme", "text": text, "concept": "domain/4", "reason": "就是它"}


def decide_value(site: Site) -> None:
    site.send("POST", "/api/v1/vocabulary/decisions", json=unknown_value(site))


def undo_value(site: Site) -> None:
    made = site.send("POST", "/api/v1/vocabulary/decisions", json=unknown_value(site)).json()
    path = f"/api/v1/vocabulary/decisions/{made['number']}"
    site.send("POST", path, json={"step": "undo", "reason": "看错"})


def decide_value_by_page(site: Site) -> None:
    site.form("/workbench/vocabulary/value", step="decide", **unknown_value(site))


def undo_value_by_page(site: Site) -> None:
    made = site.send("POST", "/api/v1/vocabulary/decisions", json=unknown_value(site)).json()
    path = f"/workbench/vocabulary/decisions/{made['number']}"
    site.form(path, step="undo", reason="看错")


def link_organizations(site: Site) -> None:
    fields = {"kind": "below", "organization": "archives", "other": "audit", "reason": "如此"}
    site.form("/workbench/vocabulary/organizations", **fields)


def propose_concept(site: Site) -> None:
    name = site.name("上海市天书研究院")
    fields = {"kind": "new", "scheme": "organization", "notation": f"tome-{len(name)}", "zh": name}
    fields |= {"en": site.name("Academy of Tomes "), "looked": "yes", "reason": "新设"}
    site.form("/workbench/vocabulary/concepts", **fields)


def refuse_concept(site: Site) -> None:
    fields = {"kind": "deprecate", "scheme": "organization", "notation": "archives"}
    site.form("/workbench/vocabulary/concepts", looked="yes", reason="撤并", **fields)
    number = concepts_of(site.house.atlas).some(limit=1)[0].number
    site.form(f"/workbench/vocabulary/concepts/{number}", step="refuse", reason="并未撤并")


def edit_thesaurus(site: Site) -> None:
    fields = {"word": site.name("没有人说过的话"), "official": "养老机构", "reason": "大家这样说"}
    site.form("/workbench/thesaurus", step="propose", **fields)


def undo_edit(site: Site) -> None:
    edit_thesaurus(site)
    number = ThesaurusEdits(site.house.atlas.journal, site.house.clock).all()[-1].number
    site.form(f"/workbench/thesaurus/{number}", step="undo", reason="看错")


def judge(site: Site) -> None:
    body = {"query": "公交", "dataset": "city/BUS1", "grade": 3, "reason": "就是它"}
    site.send("POST", "/api/v1/evaluation/judgements", json=body)


def judge_by_page(site: Site) -> None:
    fields = {"q": "线路", "dataset-1": "city/BUS1", "grade-1": "2", "reason": "大体是"}
    site.form("/datasets/judge", **fields)


def decide_run(site: Site) -> None:
    source = site.visited()
    run = site.waiting_run(source)
    body = {"verdict": "approve", "reason": "确已下线"}
    site.send("POST", f"/api/v1/runs/{run}/decision", json=body)


def decide_run_by_page(site: Site) -> None:
    source = site.visited()
    run = site.waiting_run(source)
    site.form(f"/sources/{source}/runs/{run}", action="refuse", reason="平台故障")


def stop_run(site: Site) -> None:
    site.send("POST", f"/api/v1/runs/{site.running(site.visited())}/stop")


def post_item(site: Site) -> None:
    site.item(site.claim())


def put_item(site: Site) -> None:
    claim = site.claim()
    path = f"/api/v1/source-catalog/{site.item(claim)}"
    site.send("PUT", path, json={**claim, "quality": "整数"})


def delete_item(site: Site) -> None:
    site.send(
        "DELETE", f"/api/v1/source-catalog/{site.item(site.claim())}", params={"reason": "停用"}
    )


def import_items(site: Site) -> None:
    table = f"数据项,责任部门\n{site.name('车位数')},市交通委\n".encode()
    site.send("POST", "/api/v1/source-catalog/import", params={"reason": "年度"}, content=table)


def new_item_by_page(site: Site) -> None:
    site.form("/source-catalog/new", **site.claim(), action="save")


def item_by_page(site: Site) -> None:
    claim = site.claim()
    fields = {**claim, "quality": "整数", "version": 1, "action": "save"}
    site.form(f"/source-catalog/{site.item(claim)}", **fields)


def import_by_page(site: Site) -> None:
    table = f"数据项,责任部门\n{site.name('车位数')},市交通委\n".encode()
    sent = {"file": ("t.csv", table, "text/csv")}
    seen = site.send("POST", "/source-catalog/import", data={"token": site.secret}, files=sent)
    given = {
        name: html.unescape(
            re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', seen.text)[1]  # type: ignore[index]
        )
        for name in ("rows", "state")
    }
    fields = {"token": site.secret, **given, "reason": "年度", "action": "apply"}
    site.send("POST", "/source-catalog/import", data=fields, files={"none": b""})


def member(site: Site) -> Account:
    login = site.name("person")
    return person(site.house.atlas, login, password=PASSWORD, email=f"{login}@example.org")


def mine(site: Site, account: Account) -> Browser:
    """Have the person act: entries name them, and not the token."""
    site.actor = f"person:{account.id}"
    browser = Browser(site.client, None)
    data = {"login": account.login, "password": PASSWORD}
    browser._taken(site.client.post("/login", data=data))
    return browser


def sign_in(site: Site) -> None:
    account = member(site)
    site.actor = f"person:{account.id}"
    site.client.post("/login", data={"login": account.login, "password": PASSWORD})


def sign_out(site: Site) -> None:
    assert mine(site, member(site)).post("/logout").status_code == 303


def change_own(site: Site) -> None:
    browser = mine(site, member(site))
    fields = {"password": PASSWORD, "new_password": "eleven quiet lighthouses"}
    assert browser.post("/account", action="password", **fields).status_code == 200


def own_token(site: Site) -> None:
    account = member(site)
    site.house.atlas.accounts.grants.grant(account.id, Role.STEWARD, None, by="test", reason="test")
    fields = {"name": "夜间", "scope-steward": "1", "until": "2026-09-30"}
    browser = mine(site, account)
    assert browser.post("/account/tokens", action="make", **fields).status_code == 200
    (token,) = site.house.atlas.tokens.list(account.id)
    site.owned, site.owner = token.id, browser


def make_token_by_page(site: Site) -> None:
    own_token(site)
    site.owner.post("/account/tokens", action="revoke", revoked=site.owned)


def make_token(site: Site) -> None:
    own_token(site)
    headers = {**site.owner.headers, "X-CSRF-Token": site.owner.csrf}
    body = {"name": "脚本", "scopes": ["query"], "days": 3}
    site.client.post("/api/v1/tokens", json=body, headers=headers).raise_for_status()


def revoke_token(site: Site) -> None:
    own_token(site)
    site.actor = site.token_actor
    site.send("DELETE", f"/api/v1/tokens/{site.owned}")


def revoke_any_token(site: Site) -> None:
    own_token(site)
    site.actor = site.token_actor
    site.form("/accounts/tokens", revoked=site.owned)


def demand_four_eyes(site: Site) -> None:
    fields = {"organization": "health", "action": "demand", "reason": "复核"}
    site.form("/workbench/organizations", **fields)
    fields = {"organization": "health", "action": "webhook-end", "reason": "停用"}
    site.form("/workbench/organizations", **fields)


def ask_for_link(site: Site) -> None:
    class Silent:
        def send_reset(self, *_: object) -> None:
            return

    account = member(site)
    site.actor = "public"
    site.house.atlas.accounts.mailer = Silent()
    site.client.post("/login/reset", data={"email": account.email or ""})


def set_password(site: Site) -> None:
    secret, _ = site.house.atlas.accounts.resets.make(member(site).id)
    site.actor = "public"
    data = {"link": secret, "password": "eleven quiet lighthouses"}
    assert site.client.post("/login/password", data=data).status_code == 303


def share_calendar(site: Site) -> None:
    account = member(site)
    site.house.atlas.accounts.grants.grant(account.id, Role.STEWARD, None, by="test", reason="test")
    browser = mine(site, account)
    page = browser.post("/workbench/calendar", make="yes").text
    found = re.search(r'name="end" value="([^"]+)"', page)
    assert found is not None
    assert browser.post("/workbench/calendar", end=found[1]).status_code == 200


def add_by_page(site: Site) -> None:
    site.form("/workbench/sources/new", id=site.name("added"), title="新", type="push", url="")


def pause_by_page(site: Site) -> None:
    source = site.name("paused")
    site.house.atlas.journal.put_source(source)
    site.form(f"/workbench/sources/{source}", action="pause")


def make_account(site: Site) -> None:
    fields = {
        "login": site.name("made"),
        "name": "李",
        "reason": "新人",
        "role": "steward",
        "organization": "city",
    }
    site.form("/accounts", **fields)


def change_account(site: Site) -> None:
    site.form(
        f"/accounts/{member(site).id}",
        action="grant",
        role="auditor",
        organization="city",
        reason="审计",
    )


def draft(site: Site) -> str:
    """Begin the draft of a new dataset; return its address."""
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    # Made with an organization's first draft: told of by itself.
    open_desk(site.house.atlas, organization)
    answer = site.client.post(
        "/workbench/datasets/new", data={"organization": organization}, headers=site.headers
    )
    return answer.headers["Location"]


def begin_draft(site: Site) -> None:
    draft(site)


def discard_draft(site: Site) -> None:
    site.send("POST", draft(site), data={"action": "discard", "version": "1"})


def edit_dataset(site: Site) -> None:
    name = site.name("D")
    source = "desk-health"
    site.house.submit(source, [portal(name, "药店名录")])
    site.send("POST", f"/workbench/datasets/of/{source}/{name}")


def send_workbook(site: Site) -> str:
    """Send a workbook; return its address."""
    content_of = content(book(("名称", "摘要"), (site.name("list"), "说明")))
    answer = site.client.post(
        "/workbench/datasets/import",
        data={"organization": "https://w3id.org/shdata/vocab/organization/transport"},
        files={"file": ("list.xlsx", content_of)},
        headers=site.headers,
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def keep_workbook(site: Site) -> None:
    send_workbook(site)


def forget_workbook(site: Site) -> None:
    site.send("POST", send_workbook(site), data={"action": "forget"})


def map_group(site: Site) -> None:
    provider(site)
    fields = {"group": site.name("group"), "role": "steward", "organization": ""}
    site.form("/accounts/groups", action="add", **fields)


def unlink(site: Site) -> None:
    oidc, account = provider(site), member(site)
    oidc.identities.link(identity(site), account.id)
    assert mine(site, account).post("/account/oidc", action="unlink").status_code == 303


def log_out_by_token(site: Site) -> None:
    oidc, account, known = provider(site), member(site), identity(site)
    oidc.identities.link(known, account.id)
    signed_in = SignedIn(account.id, known, Tokens("access", None, None), "/")
    oidc.begin(signed_in, network="127.0.0.1", user_agent="", replaces=None)
    # The provider, of whom nothing is known but that it signed it.
    site.actor = ANYBODY
    claims = StandIn(site.house.clock).logout_claims(sub=known.subject, sid=known.sid)
    token = signed(claims, typ="logout+jwt")
    answer = site.client.post("/login/oidc/backchannel-logout", data={"logout_token": token})
    assert answer.status_code == 200, answer.text


def provider(site: Site) -> OidcSignIn:
    return use_stand_in(site.house.atlas, site.house.settings.home.parent)


def identity(site: Site) -> Identity:
    name = site.name("subject")
    return Identity(ISSUER, name, name, name, frozenset(), f"session of {name}")


def except_record(site: Site) -> None:
    fields = {"rule": "R04", "source": "city", "remote_id": "BUS1", "until": "2026-09-30"}
    site.form("/rules/exceptions", step="ask", reason="历史数据", **fields)
    page = site.send("GET", "/rules/exceptions").text
    (number,) = re.findall(r'name="exception" value="(\d+)"', page)
    site.form("/rules/exceptions", step="end", exception=number, reason="已整改")


def begin_list(site: Site) -> None:
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    site.form("/workbench/open-lists", step="draft", organization=organization, year="2026")


def send_list(site: Site) -> str:
    """Send a workbook of an open list; return its address."""
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    year = re.sub(r"\D", "", site.name("year")).rjust(3, "0")
    year = f"2{year[-3:]}"
    # Not by the form: it begins lists of this year and the next alone.
    make_list(site.house.atlas, OPERATOR, organization, int(year))
    answer = site.client.post(
        f"/workbench/open-lists/{year}/transport/import",
        files={"file": ("list.xlsx", content(book(("名称", "更新频率"), ("甲", "每日"))))},
        headers=site.headers,
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def evaluate_list(site: Site) -> None:
    """Decide about an item of a list that the test publishes beside the request."""
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    year = 2900 + int(re.sub(r"\D", "", site.name("year"))) % 90
    make_list(site.house.atlas, OPERATOR, organization, year)
    for step in ("check", "review", "file", "accept"):
        take_step(site.house.atlas, OPERATOR, (organization, year), step)
    made = take_list(site.house.atlas, OPERATOR, organization, year, "publish")
    site.form(
        f"/workbench/open-lists/{year}/transport/evaluation",
        action="decide",
        decision="keep",
        reason="复评",
        item=next(iter(made.content.items)),
    )


def extend_list(site: Site) -> None:
    """Take a dataset into a draft that lost it."""
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    year = 2800 + int(re.sub(r"\D", "", site.name("year"))) % 90
    atlas = site.house.atlas
    made = make_list(atlas, OPERATOR, organization, year)
    key, item = next(iter(made.content.items.items()))
    name = (organization, year)
    edit_list(atlas, OPERATOR, name, frozenset({ItemChange(item, None)}), "复核")
    site.form(
        f"/workbench/open-lists/{year}/transport/missing",
        action="add",
        code="new-data",
        reason="补充",
        item=key,
    )


def keep_list(site: Site) -> None:
    send_list(site)


def forget_list(site: Site) -> None:
    site.send("POST", send_list(site), data={"action": "forget"})


def enter_system(site: Site) -> None:
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    fields = {"organization": organization, "name": "一网通", "begun": "2026-01-02"}
    site.form("/workbench/open-lists/systems", **fields)


def enter_project(site: Site) -> None:
    organization = "https://w3id.org/shdata/vocab/organization/transport"
    fields = {"organization": organization, "name": "停车一件事", "begins": "2026-01-02"}
    site.form("/workbench/open-lists/projects", state="running", article="17", **fields)


def enter_review(site: Site) -> None:
    site.form(
        "/workbench/classification",
        step="review",
        dataset="city/BUS1",
        kind="secrecy",
        day="2020-01-02",
        outcome="conditional",
        reason="保密审查会议纪要",
    )


def write_criteria(site: Site) -> None:
    site.form("/workbench/badges", code="ON", kind="metric", of="on-time", zh="按时", origin="测试")


def sent_table(site: Site) -> str:
    """Draw a sample; return its address."""
    dataset = site.name("COND")
    site.house.submit("city", [portal(dataset, "停车场", is_open="有条件开放")])
    table = b"a,b\n" + b"1,2\n" * 20
    fields = {"token": site.secret, "dataset": f"city/{dataset}", "size": "10"}
    answer = site.send("POST", "/workbench/samples", data=fields, files={"file": ("t.csv", table)})
    return answer.headers["location"]


def draw_sample(site: Site) -> None:
    sent_table(site)


def discard_sample(site: Site) -> None:
    site.form(sent_table(site), step="discard", reason="重复")


WRITING: dict[tuple[str, str], tuple[Callable[[Site], None], set[str]]] = {
    ("POST", "/api/v1/sources"): (post_source, {"source.write"}),
    ("PUT", "/api/v1/sources/{source}"): (put_source, {"source.write", "duplicate.settings"}),
    ("DELETE", "/api/v1/sources/{source}"): (delete_source, {"source.remove"}),
    ("POST", "/api/v1/sources/{source}/harvest"): (visit, {"run.start"}),
    ("POST", "/sources/{source}"): (visit_by_page, {"run.start"}),
    ("PUT", "/api/v1/sources/{source}/records/{remote_id}"): (put_record, {"records.write"}),
    ("DELETE", "/api/v1/sources/{source}/records/{remote_id}"): (
        delete_record,
        {"records.withdraw"},
    ),
    ("POST", "/api/v1/sources/{source}/records"): (post_records, {"records.write"}),
    ("POST", "/api/v1/sources/{source}/records/{remote_id}/release"): (release, {"held.release"}),
    ("POST", "/workbench/held"): (release_by_page, {"held.release"}),
    ("POST", "/workbench/open-lists"): (begin_list, {"open_list.draft"}),
    ("POST", "/workbench/open-lists/{year}/{organization}/evaluation"): (
        evaluate_list,
        {"open_list.decide"},
    ),
    ("POST", "/workbench/open-lists/{year}/{organization}/missing"): (
        extend_list,
        {"open_list.edit"},
    ),
    ("POST", "/workbench/open-lists/{year}/{organization}/import"): (
        keep_list,
        {"open_list.workbook"},
    ),
    ("POST", "/workbench/open-lists/imports/{upload}"): (
        forget_list,
        {"open_list.workbook"},
    ),
    ("POST", "/workbench/open-lists/projects"): (enter_project, {"open_list.project"}),
    ("POST", "/workbench/open-lists/systems"): (enter_system, {"open_list.system"}),
    ("POST", "/workbench/classification"): (enter_review, {"classification.review"}),
    ("POST", "/workbench/badges"): (write_criteria, {"badge.criteria"}),
    ("POST", "/workbench/samples"): (draw_sample, {"sample.draw"}),
    ("POST", "/workbench/samples/{number}"): (discard_sample, {"sample.draw", "sample.discard"}),
    ("POST", "/rules/exceptions"): (except_record, {"rule.except", "rule.end_exception"}),
    ("POST", "/workbench/vocabulary/concepts"): (propose_concept, {"vocabulary.propose"}),
    ("POST", "/workbench/vocabulary/concepts/{number}"): (
        refuse_concept,
        {"vocabulary.propose", "vocabulary.release"},
    ),
    ("POST", "/workbench/vocabulary/organizations"): (link_organizations, {"vocabulary.propose"}),
    ("POST", "/workbench/thesaurus"): (edit_thesaurus, {"thesaurus.write"}),
    ("POST", "/workbench/thesaurus/{number}"): (undo_edit, {"thesaurus.write"}),
    ("POST", "/api/v1/vocabulary/decisions"): (decide_value, DECIDED),
    ("POST", "/api/v1/vocabulary/decisions/{number}"): (undo_value, {*DECIDED, "value.undo"}),
    ("POST", "/workbench/vocabulary/value"): (decide_value_by_page, DECIDED),
    ("POST", "/workbench/vocabulary/decisions/{number}"): (
        undo_value_by_page,
        {*DECIDED, "value.undo"},
    ),
    ("POST", "/workbench/datasets/new"): (begin_draft, {"dataset.edit"}),
    ("POST", "/workbench/datasets/of/{source}/{remote_id}"): (edit_dataset, {"dataset.edit"}),
    ("POST", "/workbench/datasets/import"): (keep_workbook, {"dataset.import"}),
    ("POST", "/workbench/datasets/import/{upload}"): (forget_workbook, {"dataset.import"}),
    ("POST", "/workbench/datasets/{draft}"): (discard_draft, {"dataset.edit", "dataset.discard"}),
    ("POST", "/api/v1/sources/{source}/recheck"): (recheck, {"records.recheck"}),
    ("POST", "/api/v1/duplicates/decisions"): (decide_pair, {"duplicate.decide"}),
    ("POST", "/duplicates"): (decide_pair_by_page, {"duplicate.decide"}),
    ("POST", "/api/v1/evaluation/judgements"): (judge, {"judgement.write"}),
    ("POST", "/datasets/judge"): (judge_by_page, {"judgement.write"}),
    ("POST", "/api/v1/runs/{run}/decision"): (decide_run, {"run.decide", "records.missing"}),
    ("POST", "/sources/{source}/runs/{run}"): (decide_run_by_page, {"run.decide"}),
    ("POST", "/api/v1/runs/{run}/stop"): (stop_run, {"run.stop"}),
    ("POST", "/api/v1/source-catalog"): (post_item, {"source_catalog.write"}),
    ("PUT", "/api/v1/source-catalog/{item}"): (put_item, {"source_catalog.write"}),
    ("DELETE", "/api/v1/source-catalog/{item}"): (
        delete_item,
        {"source_catalog.write", "source_catalog.remove"},
    ),
    ("POST", "/api/v1/source-catalog/import"): (import_items, {"source_catalog.import"}),
    ("POST", "/source-catalog/new"): (new_item_by_page, {"source_catalog.write"}),
    ("POST", "/source-catalog/{item}"): (item_by_page, {"source_catalog.write"}),
    ("POST", "/source-catalog/import"): (import_by_page, {"source_catalog.import"}),
    ("POST", "/login"): (sign_in, {"session.begin"}),
    ("POST", "/logout"): (sign_out, {"session.begin", "session.end"}),
    ("POST", "/workbench/calendar"): (
        share_calendar,
        {"session.begin", "calendar.share", "calendar.end"},
    ),
    ("POST", "/workbench/organizations"): (demand_four_eyes, {"settings.change"}),
    ("POST", "/workbench/sources/new"): (add_by_page, {"source.write"}),
    ("POST", "/workbench/sources/{source}"): (pause_by_page, {"source.write"}),
    ("POST", "/account"): (change_own, {"session.begin", "credential.change"}),
    ("POST", "/account/tokens"): (
        make_token_by_page,
        {"session.begin", "token.create", "token.revoke"},
    ),
    ("POST", "/accounts/tokens"): (revoke_any_token, {"token.revoke"}),
    ("POST", "/api/v1/tokens"): (make_token, {"session.begin", "token.create"}),
    ("DELETE", "/api/v1/tokens/{token}"): (revoke_token, {"token.revoke"}),
    ("POST", "/login/reset"): (ask_for_link, {"user.reset"}),
    ("POST", "/login/password"): (set_password, {"credential.change"}),
    ("POST", "/accounts"): (make_account, {"user.create", "role.grant", "user.reset"}),
    ("POST", "/accounts/{person}"): (change_account, {"role.grant"}),
    ("POST", "/accounts/groups"): (map_group, {"role.map_group"}),
    ("POST", "/account/oidc"): (unlink, {"session.begin", "credential.change"}),
    ("POST", "/login/oidc/backchannel-logout"): (log_out_by_token, {"session.end"}),
}
"""By method and path: how it is asked, and the actions that must then be in the audit."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all: each call writes to what no other one does."""
    with opened(tmp_path_factory.mktemp("audit")) as (house, client):
        use_counting_hasher(house.atlas)
        yield Site(house, client)


def test_every_writing_route_is_in_one_of_the_tables(tmp_path: Path) -> None:
    with House(tmp_path).atlas as atlas:
        routes = all_routes(create_app(atlas, warm_search=False))
    asked = {
        (method, route.path)
        for route in routes
        for method in route.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert {
        key for key in asked if key not in WRITING and key[1] not in READING | ELSEWHERE.keys()
    } == set()
    assert WRITING.keys() <= asked


@pytest.mark.parametrize("route", WRITING, ids=[" ".join(key) for key in WRITING])
def test_a_write_leaves_an_entry(site: Site, route: tuple[str, str]) -> None:
    call, actions = WRITING[route]
    site.actor = site.token_actor
    before = site.house.atlas.audit.head().number
    call(site)
    found = _since(site, before)
    own = [one for one in found if one.actor == site.actor]
    assert {one.action for one in own} == actions
    assert all(one.network == "127.0.0.0/24" for one in own)
    assert all(site.secret not in one.details for one in found)
    assert verify(site.house.atlas.journal).count == 0


def test_what_is_refused_leaves_none(site: Site) -> None:
    before = site.house.atlas.audit.head().number
    assert site.client.post("/api/v1/sources", json={"id": "new"}).status_code == 401
    writer = site.house.token("write")
    refused = site.client.put("/api/v1/sources/city", json={"title": "x"}, headers=writer)
    assert refused.status_code == 403
    assert [one.action for one in _since(site, before)] == ["token.create"]


def test_reasons_subjects_and_organizations_are_told(site: Site) -> None:
    release(site)
    (entry,) = site.house.atlas.audit.entries(Wanted(action="held.release"), limit=1)
    assert (entry.subject, entry.reason) == (f"{BASE}/id/dataset/strict/HELD{site.names}", "核过")
    assert orjson.loads(entry.details)["changes"] == {"released": 1}
    answer = site.send("GET", "/api/v1/audit?action=held.release&from=2026-09-01").json()
    assert answer["items"][0]["number"] == entry.number
    page = site.send("GET", "/api/v1/audit?limit=1").json()
    assert page["next"] == page["items"][0]["number"]
    assert site.client.get("/api/v1/audit").status_code == 401
    steward = site.house.token("steward")
    assert site.client.get("/api/v1/audit", headers=steward).status_code == 403


def _since(site: Site, number: int) -> list[StoredEntry]:
    found = site.house.atlas.audit.entries(Wanted(), limit=100)
    return [one for one in found if one.number > number]
