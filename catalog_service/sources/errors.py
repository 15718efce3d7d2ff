"""Kinds of errors of the sources."""

from __future__ import annotations

from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

SOURCE_EXISTS: Final = ErrorKind(
    "source-exists",
    "Source {source!r} is there already. Change it with PUT /api/v1/sources/{source}.",
    status=409,
)
SOURCE_BUSY: Final = ErrorKind(
    "source-busy",
    "Run {run} of source {source!r} is under way, and nothing was removed. Wait for its end, or "
    "stop it with `atlas runs stop {run}` (an import: with Ctrl+C where it runs).",
    status=409,
)
SOURCE_HAS_RECORDS: Final = ErrorKind(
    "source-has-records",
    "Source {source!r} has records ({records}, of which {public} are public), and nothing was "
    "removed. To withdraw them, so that their pages say that they are gone, run "
    "`atlas source remove {source} --withdraw`; by the API add `?withdraw=true`.",
    status=409,
)
NOT_HARVESTED: Final = ErrorKind(
    "not-harvested",
    "Source {source!r} is not visited: it pushes, or its files are imported by hand. Connect it to "
    "a platform with `atlas source add {source} --type … --url …`.",
    status=409,
)
HARVEST_ACTIVE: Final = ErrorKind(
    "harvest-active",
    "Source {source!r} is being harvested already (run {run}). Wait for its end, or stop it with "
    "`atlas runs stop {run}`.",
    status=409,
)
HARVEST_LOST: Final = ErrorKind(
    "harvest-lost",
    "Run {run} belongs to another process now, which took it over after this one gave no sign of "
    "life for minutes. Nothing is lost: the other process goes on with it.",
    status=409,
)
LIST_TOO_SHORT: Final = ErrorKind(
    "list-too-short",
    "The platform listed {listed} datasets where {expected} were expected ({reason}). It is held "
    "to be at fault, and nothing was removed. If the list is right, run "
    "`atlas harvest {source} --full --accept-shorter`, or ask for it on the source's page.",
    status=502,
)
NOTHING_TO_DECIDE: Final = ErrorKind(
    "nothing-to-decide",
    "Run {run} waits for no decision. `atlas runs` lists those that do.",
    status=409,
)
ADDRESS_NEEDED: Final = ErrorKind(
    "address-needed",
    "Source {source!r} has no address to visit. Give one: `atlas source add {source} --url …`.",
    status=422,
)
BAD_SCHEDULE: Final = ErrorKind(
    "bad-schedule",
    '{given!r} is no schedule: {reason}. Use five fields as cron does, such as "30 2 * * *" for '
    "half past two every night, in Shanghai's time; or `none`.",
    status=422,
)
NOTHING_TO_STOP: Final = ErrorKind(
    "nothing-to-stop",
    "Run {run} is not under way: it has ended, or it is an import, which ends with Ctrl+C.",
    status=409,
)
TOO_MANY_LISTENERS: Final = ErrorKind(
    "too-many-listeners",
    "{most} streams follow the progress of runs already, as many as are served at a time to one "
    "address, or to all. Ask for the run itself now and then, or try again later.",
    status=503,
)
BAD_SETTING: Final = ErrorKind(
    "bad-setting",
    "The setting {setting} of the source is not right: {reason}.",
    status=422,
)
NO_PEER: Final = ErrorKind(
    "no-peer",
    "A source of type {type} has no SPARQL endpoint and cannot be a peer. Take `--no-peer`, or "
    "add the endpoint as a source of its own, of type {types}.",
    status=422,
)
CREDENTIALS_INCOMPLETE: Final = ErrorKind(
    "credentials-incomplete",
    "Credentials of the type {type} need more: {missing}. Give the secret on standard input, the "
    "rest as options (`atlas source credentials --help`).",
    status=422,
)
CREDENTIALS_ELSEWHERE: Final = ErrorKind(
    "credentials-elsewhere",
    "The credentials of source {source!r} were given for {origin}, and its address is elsewhere "
    "now: nothing was requested. Forget them with "
    "`atlas source credentials {source} --forget`, and give them anew for the new address.",
    status=409,
)
WEBHOOK_SECRET_NEEDED: Final = ErrorKind(
    "webhook-secret-needed",
    "Source {source!r} has no key that signs its notices, so none is sent to its webhook. Make one "
    "with `atlas source webhook-secret {source}`, and give it to the receiver.",
    status=503,
)
WEBHOOK_NOT_PLAIN: Final = ErrorKind(
    "webhook-not-plain",
    "The address of the webhook is not written as a plain web address, or is one as it is shown "
    "(its origin and /…); nothing was changed. Give the whole of it: http or https, host, port if "
    "need be, path.",
    status=422,
)
NO_RAW_ANSWER: Final = ErrorKind(
    "no-raw-answer",
    "Of problem {number} of run {run} no answer of the platform is kept: it is deleted after a "
    "week, only the first thousand of a run are kept, and some problems have none.",
    status=404,
)
REMOVALS_WAIT: Final = ErrorKind(
    "removals-wait",
    "{gone} of {live} records are no longer listed, more than the source allows: nothing was "
    "removed. A steward looks at them with `atlas runs show {run}` and decides with "
    '`atlas runs decide {run} approve --reason "…"`, or `refuse`.',
    status=409,
)
RUN_INTERRUPTED: Final = ErrorKind(
    "run-interrupted",
    "The run was interrupted. What it took in is kept; the next run goes on where it stood.",
    status=503,
)
RUN_TOO_LONG: Final = ErrorKind(
    "run-too-long",
    "The run took longer than the {minutes} minutes that the source allows. What it took in "
    "is kept; the next run goes on where it stood.",
    status=503,
)
RUN_STOPPED: Final = ErrorKind(
    "run-stopped",
    "A person stopped the run, or gave its source another address or type. What it took in is "
    "kept; the next run begins anew.",
    status=409,
)
SOME_UNREAD: Final = CountedErrorKind(
    "some-unread",
    "{count} dataset could not be requested; it is tried again with the next run.",
    "{count} datasets could not be requested; they are tried again with the next run.",
    status=502,
)
RUN_BROKEN: Final = ErrorKind(
    "run-broken",
    "The run ended by a fault of this program ({reason}), which stands in the log. What it took in "
    "is kept; please report the fault.",
    status=500,
)
RUN_DEADLY: Final = ErrorKind(
    "run-deadly",
    "The processes that harvested source {source} died {times} times at the same page, and run "
    "{run} is not gone on with: what its platform sends there, or too little memory, may be the "
    "cause. Look into the logs of the service and of the system; the next run begins anew.",
    status=500,
)
ANSWER_UNREADABLE: Final = ErrorKind(
    "answer-unreadable",
    "What the platform of source {source} answered holds something that this program does not take "
    "in, and the log says where. Nothing of it was taken in; please report it, with the log.",
    status=502,
)
NEEDS_SECRECY_REVIEW: Final = ErrorKind(
    "needs-secrecy-review",
    "The open type of {remote_id} may mean 非开放: letting this version through is a review of "
    "secrecy. Ask somebody with that right, such as a reviewer of the department (docs/roles.md).",
    status=403,
)
SENDER_RELEASES: Final = ErrorKind(
    "sender-releases",
    "You sent the version of {remote_id!r} that waits. Where four eyes are demanded, and where "
    "secrecy is reviewed, somebody else releases it: ask a reviewer of your organization.",
    status=403,
)
