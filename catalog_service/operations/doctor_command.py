"""``atlas doctor``: is everything well, and what to do where it is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from catalog_service.console.output import EXIT_FAILED, EXIT_FINDINGS, Output, gettext


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="Look for damage at every byte of journal, graph, index.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Look at settings, journal, graph, index and SPARQL. Exit 1 with warnings, 3 with failures.

    With --deep everything is read once: the database's own check, each change against its hash and
    checksum, the checksums of the files of graph and index, and their contents against the journal.
    """
    from catalog_service.atlas import Atlas
    from catalog_service.operations.checks import run_checks
    from catalog_service.settings import Settings

    out = Output(as_json=json)
    settings = Settings()
    with Atlas(settings, create=False) as atlas:
        checks = list(run_checks(atlas, deep=deep))
    out.result({"checks": [asdict(check) for check in checks]})
    marks = {"ok": "✓", "warning": "!", "failed": "✗"}
    out.table(
        gettext("· check result").split(),
        [(marks[c.verdict], c.name, c.detail) for c in checks],
    )
    verdicts = {c.verdict for c in checks}
    if "failed" in verdicts:
        raise typer.Exit(EXIT_FAILED)
    if "warning" in verdicts:
        raise typer.Exit(EXIT_FINDINGS)
