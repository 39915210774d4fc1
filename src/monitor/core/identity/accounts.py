"""What follows from a user's document alone: its local login, and what of it may be shown."""

from msgspec import structs

from monitor.api.user import (
    User,
    UserConfig,
    UserConfigLocal,
    UserConfigLocalFields,
    UserPasskeyConfig,
    UserTotpConfig,
)

HIDDEN = "########"


def sanitised(user: User) -> User:
    """The user as it may leave Core: without password hash, TOTP secret, recovery codes and passkey."""
    return structs.replace(
        user,
        config=_hidden(user.config),
        linked_logins={name: _hidden(login) for name, login in user.linked_logins.items()},
        totp=UserTotpConfig(secret="", confirmed_at=user.totp.confirmed_at, recovery_codes=()),
        passkey=UserPasskeyConfig(passkey=None, created_at=user.passkey.created_at),
    )


def password_hash(user: User) -> str | None:
    """The hash to verify a local log-in with, if the user has one."""
    for login in (user.config, *user.linked_logins.values()):
        if isinstance(login, UserConfigLocal):
            return login.data.password
    return None


def with_password(user: User, kept: str) -> User:
    """The user with this password hash, as their own or as a linked local log-in."""
    local = UserConfigLocal(data=UserConfigLocalFields(password=kept))
    if isinstance(user.config, UserConfigLocal):
        return structs.replace(user, config=local)
    return structs.replace(user, linked_logins={**user.linked_logins, "Local": local})


def _hidden(login: UserConfig) -> UserConfig:
    if isinstance(login, UserConfigLocal):
        return UserConfigLocal(data=UserConfigLocalFields(password=HIDDEN))
    return login
