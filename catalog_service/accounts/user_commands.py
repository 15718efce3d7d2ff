"""``atlas user``: accounts of people."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing, made
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.accounts.people import Account
    from catalog_service.atlas import Atlas

app = typer.Typer(no_args_is_help=True, help="Accounts of people who sign in.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Name of the account.")]
ACTOR = "cli"


@app.command("create")
def create(
    login: Login,
    name: Annotated[str | None, typer.Option(help="The person's name; default: LOGIN.")] = None,
    email: Annotated[str | None, typer.Option(help="Where links for passwords go.")] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="Make it an administrator of the whole city.")
    ] = False,
    json: Json = False,
) -> None:
    """Make an account, and print the link by which its person sets a password, once."""
    from catalog_service.accounts.service import Role

    out = Output(as_json=json)
    with made(out) as atlas:
        account = atlas.accounts.people.create(login, name or login, email=email)
        if admin:
            atlas.accounts.grants.grant(
                account.id, Role.ADMINISTRATOR, None, by=ACTOR, reason="atlas user create --admin"
            )
        _tell_link(out, atlas, account)


@app.command("list")
def list_users(json: Json = False) -> None:
    """List all accounts with their roles, the disabled ones too."""
    from catalog_service.audit.service import Entry

    out = Output(as_json=json)
    with existing() as atlas:
        atlas.audit.record(Entry("personal_data.read", details={"what": "accounts"}))
        accounts = atlas.accounts.people.list()
        grants = atlas.accounts.grants.of_all()
        passed = {one.id: atlas.accounts.grants.delegations.of(one.id) for one in accounts}
    rows = [
        {
            **asdict(account),
            "roles": [asdict(one) for one in grants if one.person == account.id],
            "delegations": [asdict(one) for one in passed[account.id]],
        }
        for account in accounts
    ]
    out.result({"users": rows})
    out.table(
        gettext("id login name disabled roles").split(),
        [
            (
                one.id,
                one.login,
                one.name,
                one.disabled.date() if one.disabled else "–",
                " ".join(
                    f"{g.id}:{g.role}:{(g.organization or '*').rpartition('/')[2]}"
                    for g in grants
                    if g.person == one.id
                )
                or "–",
            )
            for one in accounts
        ],
    )


@app.command("disable")
def disable(
    login: Login,
    successor: Annotated[
        str | None, typer.Option(help="The account that its roles and work pass to.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Kept with the roles that pass on.")] = "",
    json: Json = False,
) -> None:
    """End an account and its sessions at once; its roles pass to the successor, or end."""
    out = Output(as_json=json)
    with existing() as atlas:
        account = atlas.accounts.people.by_login(login)
        heir = None if successor is None else atlas.accounts.people.by_login(successor)
        why = reason.strip() or f"atlas user disable {account.login}"
        atlas.accounts.disable(account, by=ACTOR, successor=heir, reason=why)
        account = atlas.accounts.people.get(account.id)
    out.result(asdict(account))
    out.text(gettext("disabled {id} ({name})", id=account.id, name=account.login))


@app.command("reset")
def reset(
    login: Login,
    second_factor: Annotated[
        bool,
        typer.Option("--second-factor", help="Also take one-time codes away, of a lost device."),
    ] = False,
    json: Json = False,
) -> None:
    """Print a link that sets a new password, once, within two days."""
    out = Output(as_json=json)
    with existing() as atlas:
        account = atlas.accounts.people.by_login(login)
        if second_factor:
            atlas.accounts.second_factors.remove(account.id)
        _tell_link(out, atlas, account)


def _tell_link(out: Output, atlas: Atlas, account: Account) -> None:
    from catalog_service.accounts.accounts import reset_address
    from catalog_service.accounts.reset import BY_HAND

    secret, expires = atlas.accounts.resets.make(account.id, valid=BY_HAND)
    link = reset_address(atlas.settings.public_url, secret)
    out.result({**asdict(account), "link": link, "expires": expires})
    out.text(link)
    out.remark(
        gettext(
            "Opens once, until {time}: {name} sets a password there.",
            time=expires.isoformat(timespec="minutes"),
            name=account.login,
        )
    )
