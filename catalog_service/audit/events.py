"""Every action that an entry can name, with its English label.

One registry: an entry with another action is refused, and pages and documentation read it. An
action is ``THING.VERB``, and never changes its meaning: entries are kept for ever.
"""

from __future__ import annotations

from typing import Final

from translations import NP_

EVENTS: Final = {
    "records.write": NP_("audit", "records written"),
    "records.withdraw": NP_("audit", "records withdrawn"),
    "records.missing": NP_("audit", "records noted as missing"),
    "records.recheck": NP_("audit", "records held against the rules again"),
    "held.release": NP_("audit", "held versions released"),
    "duplicate.decide": NP_("audit", "pair of records decided"),
    "duplicate.settings": NP_("audit", "handling of repeating records changed"),
    "source.write": NP_("audit", "source added or changed"),
    "source.remove": NP_("audit", "source removed"),
    "source.credentials": NP_("audit", "credentials of a source changed"),
    "source.webhook": NP_("audit", "webhook key of a source made"),
    "run.start": NP_("audit", "run started"),
    "run.stop": NP_("audit", "run stopped"),
    "run.decide": NP_("audit", "removals of a run decided"),
    "source_catalog.write": NP_("audit", "data item of the source catalog written"),
    "source_catalog.remove": NP_("audit", "data item of the source catalog removed"),
    "source_catalog.import": NP_("audit", "source catalog imported"),
    "thesaurus.write": NP_("audit", "thesaurus changed"),
    "value.propose": NP_("audit", "meaning of a value proposed"),
    "value.release": NP_("audit", "meaning of a value released"),
    "value.refuse": NP_("audit", "meaning of a value refused or taken back"),
    "value.undo": NP_("audit", "meaning of a value undone"),
    "vocabulary.propose": NP_("audit", "vocabulary change proposed"),
    "vocabulary.release": NP_("audit", "vocabulary change released"),
    "rule.ask_exception": NP_("audit", "exception from a rule asked for"),
    "rule.except": NP_("audit", "record excepted from a rule"),
    "rule.end_exception": NP_("audit", "exception from a rule refused or revoked"),
    "secret_keys.write": NP_("audit", "file of keys made or renewed"),
    "index.rebuild": NP_("audit", "graph or index built anew"),
    "index.repair": NP_("audit", "graph or index repaired"),
    "dump.create": NP_("audit", "dump of the catalog made"),
    "token.create": NP_("audit", "token made"),
    "token.revoke": NP_("audit", "token revoked"),
    "user.create": NP_("audit", "account made"),
    "user.change": NP_("audit", "account changed"),
    "user.disable": NP_("audit", "account closed"),
    "user.reset": NP_("audit", "reset of a password asked for"),
    "role.grant": NP_("audit", "role granted"),
    "role.revoke": NP_("audit", "role taken back"),
    "role.map_group": NP_("audit", "roles of a group changed"),
    "delegation.create": NP_("audit", "duties delegated"),
    "delegation.end": NP_("audit", "delegation ended"),
    "session.begin": NP_("audit", "signed in"),
    "session.refuse": NP_("audit", "sign-in refused"),
    "session.end": NP_("audit", "signed out"),
    "credential.change": NP_("audit", "password or second factor changed"),
    "settings.change": NP_("audit", "setting changed"),
    "dataset.edit": NP_("audit", "draft of a dataset changed"),
    "dataset.submit": NP_("audit", "draft of a dataset submitted"),
    "dataset.release": NP_("audit", "draft of a dataset released"),
    "dataset.return": NP_("audit", "draft of a dataset returned"),
    "dataset.discard": NP_("audit", "draft of a dataset discarded"),
    "judgement.write": NP_("audit", "judgement of a search result written"),
    "evaluation.keep": NP_("audit", "result of an evaluation kept"),
    "search_log.clear": NP_("audit", "counts of searches removed"),
    "notice.preferences": NP_("audit", "preferences of notices changed"),
    "calendar.share": NP_("audit", "address of a calendar made"),
    "calendar.end": NP_("audit", "address of a calendar ended"),
    "personal_data.read": NP_("audit", "personal data read"),
    "audit.export": NP_("audit", "audit exported"),
}
