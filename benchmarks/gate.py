"""The gate over the real records, against pySHACL in the same run.

    python benchmarks/gate.py            # 26,571 records through the gate, 300 through pySHACL
    python benchmarks/gate.py --all      # every real record through both, verdicts compared
    python benchmarks/gate.py --impact   # one changed rule over all records

The ratio is of seconds per record, pySHACL to gate; pySHACL has its shapes compiled once as well.
On a busy machine read the ratio and the processor's seconds, not the wall clock.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ontology.record import Record  # noqa: E402
from shapes.engines import PyShaclEngine, ShaclEngine  # noqa: E402
from shapes.impact import impact  # noqa: E402
from shapes.rule_files import parse_rules  # noqa: E402
from shapes.rules import RULES, Rules  # noqa: E402
from tests.shapes.real_records import FILES, read_records, sample  # noqa: E402

DAY = date(2026, 9, 1)
CALL = 500
"""Records of one call, as the catalogue service makes them."""


def seconds(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def through_the_gate(engine: ShaclEngine, records: list[Record]) -> list[object]:
    return [
        report
        for start in range(0, len(records), CALL)
        for report in engine.validate_many(records[start : start + CALL])
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    arguments.add_argument("--all", action="store_true", help="every record through both engines")
    arguments.add_argument("--impact", action="store_true", help="preview of one changed rule")
    arguments.add_argument("--sample", type=int, default=300, help="records for pySHACL")
    options = arguments.parse_args()
    if not options.data.is_dir():
        print(f"no real records at {options.data}", file=sys.stderr)
        return 2
    rules = Rules.load()
    gate, referee = ShaclEngine(rules, DAY), PyShaclEngine(rules, DAY)
    print(f"{sum(r.shaped for r in rules.in_force(DAY))} rules checked, {len(rules)} known")
    different = 0
    for source in FILES if options.all else ["portals"]:
        records = list(read_records(options.data / FILES[source], source))
        reports: list[object] = []
        processor = time.process_time()
        fast = seconds(lambda: reports.extend(through_the_gate(gate, records)))  # noqa: B023
        processor = time.process_time() - processor
        findings = sum(len(r.findings) for r in reports)  # type: ignore[attr-defined]
        print(
            f"{source}: {len(records)} records, {findings} findings, gate {fast:.2f} s "
            f"({processor:.2f} s of processor, {processor / len(records) * 1e6:.0f} us a record)"
        )
        by_iri = dict(zip((r.iri for r in records), reports, strict=True))
        some = records if options.all else sample(records, options.sample, seed=1)
        start = time.perf_counter()
        different += sum(by_iri[record.iri] != referee.validate(record) for record in some)
        slow = (time.perf_counter() - start) / len(some)
        alone = seconds(lambda: [gate.validate(r) for r in some]) / len(some)  # noqa: B023
        print(
            f"  pySHACL on {len(some)}: {slow * 1e3:.1f} ms a record; the gate is "
            f"{slow * len(records) / fast:.0f} times as fast, one by one {slow / alone:.0f} times"
        )
        if source == "portals":
            breakdown(gate, records)
            if options.impact:
                preview(rules, records)
    print(f"{different} different reports")
    return 1 if different else 0


def breakdown(gate: ShaclEngine, records: list[Record]) -> None:
    """What validating several records in one graph saves, on a part of the records."""
    part = records[:: max(1, len(records) // 4_000)]
    whole = seconds(lambda: through_the_gate(gate, part))
    single = seconds(lambda: [gate.validate(record) for record in part])
    print(f"  {len(part)} of them: {single / whole:.1f} times as fast as one by one")


def preview(rules: Rules, records: list[Record]) -> None:
    """A rule that everybody breaks made a Violation: the dearest change there is."""
    text = (RULES / "R28.ttl").read_text(encoding="utf-8").replace("sh:Warning", "sh:Violation")
    new = rules.replaced(parse_rules(text, "R28.ttl"))
    start = time.perf_counter()
    found = impact(rules, new, records, DAY)
    taken = time.perf_counter() - start
    verdicts = Counter((c.before, c.after) for c in found.verdicts)
    print(f"  impact of {found.rules} on {found.records} records: {taken:.2f} s, {dict(verdicts)}")


if __name__ == "__main__":
    raise SystemExit(main())
