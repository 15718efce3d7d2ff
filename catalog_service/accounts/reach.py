"""Whose accounts an administrator of some organizations may touch."""

from __future__ import annotations

from catalog_service.accounts.actions import Action
from catalog_service.accounts.grants import Grants
from catalog_service.accounts.principal import Principal


def within_reach(grants: Grants, principal: Principal, person: str) -> bool:
    """Tell whether all roles of a person lie within an administrator's organizations.

    Whoever could set the password of somebody with wider roles would have these; roles that others
    passed on to them are theirs as long.
    """
    own = principal.organizations(Action.USER_MANAGE)
    if own is None:
        return True
    granted = [one.organization for one in grants.of(person)]
    passed = [one.organization for one in grants.delegations.of(person) if one.to_person == person]
    return bool(granted) and all(one in own for one in (*granted, *passed))
