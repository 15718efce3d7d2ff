"""People at work on the workbench, for `benchmarks.workbench_crowd`: a few in each process.

Each reads, describes a dataset of the own, writes with a colleague on a draft that both share,
submits, and where they may releases what waits, with a pause for thought between. It is noted how
long each answer took, and what each saving was: on which version, of which field, with which text.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fixtures.drills.visitors import Noted, Visitor
from tests.fixtures.page_forms import form_of

DATASETS: Final = "/workbench/datasets"
FIELDS: Final = ("title/0", "description/0", "sharingCondition/0")
WHOLE: Final = {
    "title/0": "停车场名录",
    "description/0": "全市经营性停车场的名称、地址和泊位数。",
    "accessRights/0": "https://w3id.org/shdata/vocab/open-type/unconditional",
    "accrualPeriodicity/0": "每月",
    "landingPage/0": "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=77",
}
READ: Final = (
    "/workbench",
    DATASETS,
    "/workbench/my-datasets",
    "/workbench/held",
    "/workbench/changes",
    "/datasets?q=停车场",
    "/datasets?q=公交",
    "/",
)
_WAITING: Final = re.compile(r'id="waiting".*?</section>', re.DOTALL)
_DRAFT: Final = re.compile(r'href="/workbench/datasets/([0-9a-f]{16})')


@dataclass(frozen=True, slots=True)
class Worker:
    """Who is at work: the session's cookie, and the draft that is shared with a colleague."""

    name: str
    secret: str
    organization: str
    shared: str
    releases: bool
    seed: int


@dataclass(slots=True)
class Worked(Noted):
    """What came of one person's time."""

    saved: list[dict[str, Any]] = field(default_factory=list)
    """Savings that were said to be written."""
    told: int = 0
    """Times that somebody else had written the same."""
    merged: int = 0
    released: int = 0


class Person(Visitor):
    """One person at work until a moment."""

    noted: Worked

    def __init__(self, base: str, pause: float, worker: Worker) -> None:
        super().__init__(base, worker.secret, worker.seed, pause, Worked())
        self.worker = worker
        self.draft = ""
        self.count = 0

    def step(self) -> None:
        """Do one thing."""
        drawn = self.chance.random()
        if drawn < 0.5:
            path = self.chance.choice(READ)
            self.get(path, f"GET {path.partition('?')[0]}")
        elif drawn < 0.7:
            self.write(self.worker.shared, shared=True)
        elif drawn < 0.9 or not self.worker.releases:
            self.own()
        else:
            self.release()

    def own(self) -> None:
        """Describe a dataset: begin it, write on it, in the end submit it."""
        if not self.draft:
            form = form_of(self.get(f"{DATASETS}/new", "GET …/new").text, None)
            fields = {**form, "organization": self.worker.organization, "kind": "blank"}
            answer = self.post(f"{DATASETS}/new", "POST …/new", fields)
            assert answer.status_code == 303, f"new: {answer.status_code}"
            self.draft = answer.headers["Location"].partition("?")[0].rpartition("/")[2]
            self.count = 0
            return
        if self.count < 3:
            self.count += 1
            self.write(self.draft, shared=False)
            return
        path = f"{DATASETS}/{self.draft}"
        form = form_of(self.get(path, "GET …/{draft}").text, "draft")
        self.post(path, "POST …/{draft} submit", {**form, "action": "submit"})
        self.draft = ""

    def write(self, draft: str, *, shared: bool) -> None:
        """Change one field of a draft, after some thought; where two wrote the same, choose."""
        path = f"{DATASETS}/{draft}"
        page = self.get(path, "GET …/{draft}")
        if 'id="draft"' not in page.text:
            return
        form = form_of(page.text, "draft")
        name = self.chance.choice(FIELDS)
        text = f"{self.worker.name}-{self.chance.getrandbits(40):010x}"
        # What is empty yet: what was written before is not written over.
        whole = {} if shared else {one: WHOLE[one] for one in WHOLE if not form.get(one)}
        fields = {**form, **whole, name: f"{text} 说明", "action": "save"}
        version = int(form["version"])
        time.sleep(self.chance.uniform(0.2, 1.0) * self.pause)
        answer = self.post(path, "POST …/{draft} save", fields)
        chosen = False
        for _ in range(5):
            if answer.status_code != 409:
                break
            self.noted.told += 1
            choice = form_of(answer.text, None)
            count = len(set(re.findall(r'name="(choose\.\d+)"', answer.text)))
            picked = {f"choose.{number}": "mine" for number in range(count)}
            chosen = True
            answer = self.post(
                path, "POST …/{draft} choose", {**choice, **picked, "action": "save"}
            )
        assert answer.status_code in (200, 303), f"save: {answer.status_code}"
        self.noted.merged += answer.status_code == 200
        self.noted.saved.append(
            {"draft": draft, "field": name, "text": text, "version": version, "chosen": chosen}
        )

    def release(self) -> None:
        """Release one draft that waits."""
        waiting = _WAITING.search(self.get(DATASETS, f"GET {DATASETS}").text)
        drafts = _DRAFT.findall(waiting[0]) if waiting else []
        if not drafts:
            return
        path = f"{DATASETS}/{self.chance.choice(drafts)}"
        page = self.get(path, "GET …/{draft} review")
        if 'id="decide"' not in page.text or 'value="release"' not in page.text:
            return  # A colleague was quicker; or it is the own, for another to release.
        form = form_of(page.text[page.text.index('id="decide"') :], None)
        answer = self.post(path, "POST …/{draft} release", {**form, "action": "release"})
        # 409: a colleague was quicker.
        assert answer.status_code in (303, 409), f"release: {answer.status_code}"
        self.noted.released += answer.status_code == 303
