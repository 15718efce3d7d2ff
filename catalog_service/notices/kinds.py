"""What persons are told of: each kind with its words, and how it comes by mail.

Words are format templates over what a notice brings (`data`); the Chinese stands in the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from translations import NP_

Mail = Literal["each", "daily", "weekly", "never"]
"""At once, gathered once a day or once a week, or on the pages alone."""

MAILS: Final[dict[Mail, str]] = {
    "each": NP_("notice", "each at once"),
    "daily": NP_("notice", "once a day, together"),
    "weekly": NP_("notice", "once a week, together"),
    "never": NP_("notice", "no mail"),
}
ALL: Final = "*"
"""Stands for every kind in preferences."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notices to persons."""

    label: str
    title: str
    """One line; also the subject of a mail."""
    text: str
    mail: Mail = "each"
    """Where the person has not chosen."""
    must: bool = False
    """Comes by mail at once whatever was chosen, and stands on no page: it holds a secret link."""


KINDS: Final[dict[str, Kind]] = {
    "account.reset": Kind(
        NP_("notice", "Link to set a new password"),
        NP_("notice", "Set a new password"),
        NP_(
            "notice",
            "Somebody, likely you, asked for a new password of the account {login}. The link below "
            "is good once, until {expires}. If it was not you, leave it: nothing changes.",
        ),
        must=True,
    ),
    "role.granted": Kind(
        NP_("notice", "Roles that you get"),
        NP_("notice", "You have a new role: {role}"),
        NP_("notice", "You have the role {role} over {organization}. Reason: {reason}"),
    ),
    "role.ended": Kind(
        NP_("notice", "Roles that end"),
        NP_("notice", "A role of yours has ended: {role}"),
        NP_("notice", "You no longer have the role {role} over {organization}. Reason: {reason}"),
    ),
    "token.ending": Kind(
        NP_("notice", "Tokens of yours that end"),
        NP_("notice", "Your token {name} ends on {day}"),
        NP_(
            "notice",
            "The token {name} is good until {day}, that day included. Make a new one in time, and "
            "put it where this one is used.",
        ),
    ),
    "draft.submitted": Kind(
        NP_("notice", "Drafts that wait for a release"),
        NP_("notice", "To release: {title}"),
        NP_("notice", "The draft “{title}” was submitted and waits for its release."),
        mail="daily",
    ),
    "draft.returned": Kind(
        NP_("notice", "Drafts that were returned"),
        NP_("notice", "Returned: {title}"),
        NP_("notice", "The draft “{title}” was returned. Reason: {reason}"),
    ),
    "draft.released": Kind(
        NP_("notice", "Drafts that were released"),
        NP_("notice", "Released: {title}"),
        NP_("notice", "The draft “{title}” was released."),
        mail="daily",
    ),
    "proposal.released": Kind(
        NP_("notice", "Proposals of yours that were released"),
        NP_("notice", "Released: {title}"),
        NP_("notice", "What you proposed about “{title}” was released. Reason: {reason}"),
    ),
    "proposal.refused": Kind(
        NP_("notice", "Proposals of yours that were refused"),
        NP_("notice", "Refused: {title}"),
        NP_("notice", "What you proposed about “{title}” was refused. Reason: {reason}"),
    ),
    "proposal.undone": Kind(
        NP_("notice", "Proposals of yours that were undone"),
        NP_("notice", "Undone: {title}"),
        NP_(
            "notice",
            "What you proposed about “{title}” was in force and was undone. Reason: {reason}",
        ),
    ),
    "held.waiting": Kind(
        NP_("notice", "Held versions"),
        NP_("notice", "Held versions: {source}"),
        NP_("notice", "Waiting for a decision at {source}: {count} new, {all} in all."),
        mail="daily",
    ),
    "run.waiting": Kind(
        NP_("notice", "Runs that need a decision"),
        NP_("notice", "A run needs a decision: {source}"),
        NP_("notice", "The run {run} of {source} waits for a decision."),
    ),
    "open-list.waiting": Kind(
        NP_("notice", "Open lists that wait for you"),
        NP_("notice", "{organization}, open list {year}: {step}"),
        NP_(
            "notice",
            "The open list {year} of {organization} waits for its next step, which you may take: "
            "{step}.",
        ),
        mail="daily",
    ),
    "open-list.returned": Kind(
        NP_("notice", "Open lists that were returned to you"),
        NP_("notice", "{organization}, open list {year}: {step}"),
        NP_(
            "notice",
            "The open list {year} of {organization} was returned, and you may mend it and file it "
            "again. Reason: {reason}",
        ),
    ),
    "open-list.step": Kind(
        NP_("notice", "Steps of open lists that you wrote or filed"),
        NP_("notice", "{organization}, open list {year}: {step}"),
        NP_("notice", "The open list {year} of {organization}: {step}. Reason: {reason}"),
    ),
    "sample.waiting": Kind(
        NP_("notice", "Samples that wait for a release"),
        NP_("notice", "Sample to release: {title}"),
        NP_("notice", "A sample of “{title}” was asked for and waits for its release."),
        mail="daily",
    ),
    "case.waiting": Kind(
        NP_("notice", "Demands and objections that wait for you"),
        NP_("notice", "{kind} {name}: {state}"),
        NP_(
            "notice",
            "{kind} {name} waits for its next step, which you may take. Last step: {step}. Title: "
            "{title}",
        ),
    ),
    "case.step": Kind(
        NP_("notice", "Steps of what you brought up"),
        NP_("notice", "{kind} {name}: {state}"),
        NP_(
            "notice",
            "A step was taken with your {kind} {name}: {step}. It stands now: {state}. Its page "
            "has what was written.",
        ),
    ),
    "case.code": Kind(
        NP_("notice", "Codes with which you sign agreements"),
        NP_("notice", "Code to sign the agreement {name}"),
        NP_(
            "notice",
            "The code {code} confirms your signature of the agreement {name}. It is good once, "
            "until {expires}. If you did not ask for it, leave it: nothing is signed.",
        ),
        must=True,
    ),
    "case.followed": Kind(
        NP_("notice", "Steps of demands and objections that you follow"),
        NP_("notice", "{kind} {name}: {state}"),
        NP_("notice", "“{title}” ({kind} {name}): {step}. It stands now: {state}."),
        mail="daily",
    ),
    "follow.dataset": Kind(
        NP_("notice", "Changes of datasets that you follow"),
        NP_("notice", "News: {title}"),
        NP_("notice", "“{title}”, which you follow: {what}."),
        mail="daily",
    ),
    "follow.ended": Kind(
        NP_("notice", "Datasets that you follow and that are no longer public"),
        NP_("notice", "No longer public: {name}"),
        NP_("notice", "The dataset {name}, which you follow, is no longer public."),
        mail="daily",
    ),
    "follow.news": Kind(
        NP_("notice", "News of organizations, data domains and searches that you follow"),
        NP_("notice", "{followed}: {what}"),
        NP_("notice", "Datasets of “{followed}”, which you follow: {what}."),
        mail="daily",
    ),
    "badge.awarded": Kind(
        NP_("notice", "Datasets that got the badge of high quality"),
        NP_("notice", "High-quality badge awarded: {title}"),
        NP_(
            "notice",
            "Datasets of {organization} that meet all criteria and have the badge of high quality "
            "now: {count}. {title}",
        ),
        mail="daily",
    ),
    "badge.lost": Kind(
        NP_("notice", "Datasets that lost the badge of high quality"),
        NP_("notice", "High-quality badge lost: {title}"),
        NP_(
            "notice",
            "Datasets of {organization} that have the badge of high quality no longer: {count}. "
            "{title}. The page of each says which criterion it does not meet.",
        ),
        mail="daily",
    ),
    "report.ready": Kind(
        NP_("notice", "Reports of a month, a quarter or a year"),
        NP_("notice", "{kind} {period}: {organization}"),
        NP_("notice", "The report of {period} for {organization} can be read ({kind})."),
    ),
    "deadline.near": Kind(
        NP_("notice", "Deadlines"),
        NP_("notice", "Due on {day}: {title}"),
        NP_("notice", "“{title}” is due on {day}."),
        mail="daily",
    ),
}
