"""``atlas secret create|rotate``: the keys that credentials are encrypted with."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext
from catalog_service.errors import JOURNAL_MISSING
from ontology.errors import AtlasError

app = typer.Typer(no_args_is_help=True, help="The keys that encrypt credentials.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("create")
def create(json: Json = False) -> None:
    """Make the file of keys that ATLAS_SECRET_FILE names, readable by its owner alone."""
    from catalog_service.audit.service import Entry
    from catalog_service.secret_keys import create_file
    from catalog_service.settings import Settings

    out = Output(as_json=json)
    settings = Settings()
    keys = create_file(settings)
    try:
        with existing() as atlas:
            told = {"key": keys.newest, "made": True}
            atlas.audit.record(Entry("secret_keys.write", details=told))
    except AtlasError as error:
        # Often it is made before there is a catalogue, and then there is no audit to tell.
        if error.kind is not JOURNAL_MISSING:
            raise
    out.result({"file": str(settings.secret_file), "key": keys.newest})
    out.text(f"{settings.secret_file}  {keys.newest}")
    out.remark(gettext("Keep a copy of it apart from the backups of the journal."))


@app.command("rotate")
def rotate(json: Json = False) -> None:
    """Add a new key, and encrypt every secret anew with it."""
    from catalog_service.sources.connection.secrets import SourceSecrets

    out = Output(as_json=json)
    with existing() as atlas:
        keys, count = SourceSecrets(atlas.journal, atlas.settings).rotate()
        file = atlas.settings.secret_file
    out.result({"file": str(file), "key": keys.newest, "encrypted": count})
    out.text(gettext("{count} encrypted with the new key {key}", count=count, key=keys.newest))
