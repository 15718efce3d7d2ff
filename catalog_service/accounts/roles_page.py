"""``docs/roles.md``, written from the table of roles and actions.

``python -m catalog_service.accounts.roles_page > docs/roles.md``
"""

from __future__ import annotations

from catalog_service.accounts.actions import (
    ACTION_LABELS,
    ALLOWED,
    PERSONAL,
    ROLE_LABELS,
    SCOPES,
    Action,
    Role,
)
from translations import translator

_HEAD = """\
# Roles and rights

Written from `catalog_service/accounts/actions.py` by `python -m
catalog_service.accounts.roles_page > docs/roles.md`.

A right is a role **over an organization**. It holds over the organization itself, over all that
lie below it in the vocabulary of organizations (`skos:broader`), and over its successors
(`dct:isReplacedBy`); what is still filed under a predecessor belongs to whoever took over, and
to roles over what that lies below. An organization that is to be used no more
(`owl:deprecated`) keeps its own records and what lies below it, and takes over from nobody:
what followed upon it in turn does. A new organization gives rights by what it lies below and
took over from, so its page says before the release whose roles would reach over what. A role
over the whole city names no organization. A source belongs to an organization (`atlas source
add ID --organization NAME`), and what is done with its records follows from that; a source
without one is the whole city's. Whoever signs in is a citizen, without being made one.

Where an organization demands four eyes, and always where 非开放 becomes open and in reviews of
secrecy, whoever drafts does not release ([0039](adr/0039-people-roles-and-sessions.md)).
"""

_SCOPES = """
## Scopes of tokens
A token acts by its scopes, over all sources or over one (`write:SOURCE`, `steward:SOURCE`). One of
the installation has no account; a person's own may what both its scopes and the person's roles
allow ([accounts.md](accounts.md#tokens-of-ones-own)).

| scope | contains |
|---|---|
"""


def page() -> str:
    """Return the page."""
    zh, en = translator("zh"), translator("en")
    lines = [_HEAD, "## Roles\n| role | 中文 | English |\n|---|---|---|"]
    lines += [
        f"| `{role}` | {zh.gettext(ROLE_LABELS[role])} | {en.gettext(ROLE_LABELS[role])} |"
        for role in Role
    ]
    lines += [
        "\n## Role × action\n"
        "● over its organization and what lies below; ○ over one's own alone, whatever the "
        "organization.\n",
        "| action | 中文 | " + " | ".join(f"`{role}`" for role in Role) + " |",
        "|---|---|" + "---|" * len(Role),
    ]
    for action in Action:
        mark = "○" if action in PERSONAL else "●"
        cells = [mark if action in ALLOWED[role] else "" for role in Role]
        label = zh.gettext(ACTION_LABELS[action])
        lines.append(f"| `{action}` | {label} | " + " | ".join(cells) + " |")
    text = "\n".join(lines) + "\n" + _SCOPES
    for scope, actions in SCOPES.items():
        contained = ", ".join(f"`{action}`" for action in Action if action in actions)
        text += f"| `{scope}` | {contained} |\n"
    return text


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
