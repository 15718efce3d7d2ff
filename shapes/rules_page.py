"""The page of all rules, docs/rules.md, written from the register.

Write it anew with ``python -m shapes.rules_page > docs/rules.md``; a test holds the two together.
"""

from __future__ import annotations

import sys

from shapes.rule import Period, Rule
from shapes.rules import Rules

_HEAD = """# Rules

What a record, the catalogue, its processes and its figures are held against. Written from
`shapes/rules/*.ttl` by `python -m shapes.rules_page`; change the rules, not this page.

* **checked**: the gate holds every record against the rule's SHACL shape, or the part of the
  service that `shd:judgedBy` names judges it. **registered**: the rule needs more than one record,
  a clock or a rate, and is judged by people.
* A *Violation* holds a record where its source's gate enforces. A *Warning* is a matter of quality,
  an *Info* a hint. Where a public description merely does not state something, that is a Warning:
  the duty may be met in the department's own catalogue. What it states wrongly is a Violation.
* A rule counts on the days it is in force; its thresholds are dated too.
* One finding names all of several missing elements together; a detailed check names each.
* Examples of a record that passes and of one that fails: `shapes/examples/{id}.valid.ttl` and
  `.fail.ttl`. The hosts of R10 are in `shapes/parameters/access-hosts.csv`.

| id | level | severity | status | in force | article |
|---|---|---|---|---|---|
"""


def rules_page(rules: Rules) -> str:
    """Return the page as Markdown: a table of all rules, then each with its messages."""
    rows = [
        f"| [{r.id}](#{r.id.lower()}) | {' + '.join(r.levels)} | {r.severity} | {r.status} "
        f"| {_days(r.in_force)} | {r.source.zh} |\n"
        for r in rules
    ]
    return _HEAD + "".join(rows) + "".join(_section(rule) for rule in rules)


def _section(rule: Rule) -> str:
    lines = [
        f"\n## {rule.id}\n",
        f"**{rule.label.zh} · {rule.label.en}** — {' + '.join(rule.levels)}, {rule.severity}, "
        f"{rule.status}, in force {_days(rule.in_force)}\n",
        f"* {rule.message.zh}",
        f"* {rule.message.en}",
        f"* {rule.source.zh} · {rule.source.en}",
    ]
    if rule.judged_by is not None:
        lines += [f"* Judged by `{rule.judged_by}`."]
    if rule.judged is not None:
        lines += [f"* {rule.judged.zh}", f"* {rule.judged.en}"]
    lines += [f"* `{p.name}` = {p.value}, {_days(p.in_force)}" for p in rule.parameters]
    return "\n".join(lines) + "\n"


def _days(period: Period) -> str:
    if period.end is None:
        return f"from {period.start}"
    return f"{period.start} to {period.end}"


if __name__ == "__main__":
    sys.stdout.write(rules_page(Rules.load()))
