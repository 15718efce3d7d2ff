"""What goes wrong with accounts, roles and sessions."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

RIGHT_MISSING: Final = ErrorKind(
    "right-missing",
    "{name} has no role that allows “{action}” here. Ask an administrator for one over this "
    "organization (docs/roles.md).",
    status=403,
)
SECOND_FACTOR_NEEDED: Final = ErrorKind(
    "second-factor-needed",
    "A role of {name} needs one-time codes, and none are set up. Set them up at /account; until "
    "then no role is in force.",
    status=403,
)
UNKNOWN_ORGANIZATION: Final = ErrorKind(
    "unknown-organization",
    "There is no organization {organization!r}. Give its IRI or its name as the vocabulary of "
    "organizations has it (/vocab/organization).",
    status=404,
)
UNKNOWN_ROLE: Final = ErrorKind(
    "unknown-role",
    "There is no role {role!r}. One of: {roles}.",
    status=422,
)
UNKNOWN_PERSON: Final = ErrorKind(
    "unknown-person",
    "There is no account {person!r}. `atlas user list` lists all.",
    status=404,
)
UNKNOWN_GRANT: Final = ErrorKind(
    "unknown-grant",
    "There is no role or delegation {grant!r}. `atlas user list` shows those that are in force.",
    status=404,
)
LOGIN_TAKEN: Final = ErrorKind(
    "login-taken",
    "There is an account {login!r} already. Choose another name.",
    status=409,
)
ILLEGAL_LOGIN: Final = ErrorKind(
    "illegal-login",
    "{login!r} cannot be the name of an account. Use 2 to 64 lower-case letters, digits, dots, "
    "hyphens, underscores or @, beginning with a letter or digit.",
    status=422,
)
ILLEGAL_PERSON: Final = ErrorKind(
    "illegal-person",
    "The account cannot have this {what}. Give at most {limit} printable characters.",
    status=422,
)
PASSWORD_REFUSED: Final = ErrorKind(
    "password-refused",
    "The password was refused: {reason}. Several words in a row, or what a password manager "
    "makes, are good ones; nothing else is demanded.",
    status=422,
)
SIGN_IN_REFUSED: Final = ErrorKind(
    "sign-in-refused",
    "Name, password or code are not right, or the account cannot sign in here. Try again, set a "
    "new password, or ask an administrator.",
    status=403,
)
SIGN_IN_THROTTLED: Final = ErrorKind(
    "sign-in-throttled",
    "There were too many attempts. Wait {minutes} minutes, then try again.",
    status=429,
)
CODE_REFUSED: Final = ErrorKind(
    "code-refused",
    "The code is not right, or was used before. Wait for the next one, and check the clock of "
    "the device that shows it.",
    status=422,
)
RESET_LINK_INVALID: Final = ErrorKind(
    "reset-link-invalid",
    "The link is not valid: it was used, is too old, or is not whole. Ask for a new one.",
    status=403,
)
FORM_NOT_OURS: Final = ErrorKind(
    "form-not-ours",
    "The form did not come from a page of this session, and nothing was done. Load the page "
    "again, and send it from there.",
    status=403,
)
UNTIL_NEEDED: Final = ErrorKind(
    "until-needed",
    "A delegation needs a day on which it ends, after today. Give one.",
    status=422,
)
ROLE_NOT_HELD: Final = ErrorKind(
    "role-not-held",
    "{person} does not have the role “{role}” over this organization, so it cannot be delegated. "
    "Grant it, or delegate another.",
    status=409,
)
LAST_ADMINISTRATOR: Final = ErrorKind(
    "last-administrator",
    "{person} is the last administrator of the whole city, without whom nobody could grant roles. "
    "Make another one first.",
    status=409,
)
ACCOUNT_OUT_OF_REACH: Final = ErrorKind(
    "account-out-of-reach",
    "{person} has roles beyond the organizations that you administrate. Ask an administrator of "
    "the whole city.",
    status=403,
)
PASSWORD_IS_THEIRS: Final = ErrorKind(
    "password-is-theirs",
    "{person} can sign in already, and sets a new password by mail at /login/reset. Where that is "
    "not possible, ask an administrator of the whole city for a link.",
    status=403,
)
ORGANIZATION_NEEDED: Final = ErrorKind(
    "organization-needed",
    "A role is over something: choose the organization, or the whole city. No role was given.",
    status=422,
)
TOKEN_END_NEEDED: Final = ErrorKind(
    "token-end-needed",
    "A token needs a day on which it ends: after today, and at most {days} days from now. Give "
    "one.",
    status=422,
)
SCOPE_NEEDED: Final = ErrorKind(
    "scope-needed",
    "Choose what the token may: it needs at least one scope.",
    status=422,
)
SCOPE_NOT_HELD: Final = ErrorKind(
    "scope-not-held",
    "No role of yours allows anything of the scope {scope!r} here. Choose another scope, source or "
    "organization, or ask for a role (docs/roles.md).",
    status=403,
)
TOKEN_MAKES_NONE: Final = ErrorKind(
    "token-makes-none",
    "A token makes no tokens: whoever found it could prolong it for ever. Sign in, and make one on "
    "/account/tokens.",
    status=403,
)
LINK_IS_THERE: Final = ErrorKind(
    "organization-link-is-there",
    "“{one}” and “{other}” are linked so already, or somebody has proposed it. Nothing is to be "
    "added.",
    status=409,
)
ORGANIZATION_CIRCLE: Final = ErrorKind(
    "organization-circle",
    "“{other}” lies below “{one}” or followed upon it: the other way round would make a circle. "
    "Undo that link first, or turn this one.",
    status=409,
)
UNKNOWN_LINK: Final = ErrorKind(
    "unknown-organization-link",
    "There is no link {number} between organizations. The page of the workbench lists them.",
    status=404,
)
LINK_NOT_IN_STATE: Final = ErrorKind(
    "organization-link-not-in-state",
    "Link {number} stands at “{state}”: this is done only at “{wanted}”. Load it again.",
    status=409,
)
OWN_LINK: Final = ErrorKind(
    "own-organization-link",
    "You proposed this link yourself. It gives rights, so somebody else who may release "
    "vocabularies must release it.",
    status=403,
)
