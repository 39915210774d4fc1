"""Rights: the highest level and all specific permissions of every source, and nothing for the disabled."""

from typing import Any

import pytest

from monitor.api.ids import Oid
from monitor.api.resource import PermissionLevel, PermissionLevelAndSpecifics, SpecificPermission
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.api.user import (
    Permission,
    User,
    UserConfigLocal,
    UserConfigLocalFields,
    UserGroup,
    UserTargetUser,
    UserTargetUserGroup,
)
from monitor.core.identity.rights import EVERYTHING, NOTHING, at_least, covers, effective

NONE, READ, EXECUTE, WRITE = PermissionLevel
TERMINAL, LOGS = SpecificPermission.TERMINAL, SpecificPermission.LOGS
USER, GROUP = "a" * 24, "b" * 24
TARGET = ResourceTarget(ResourceKind.SERVER, "c" * 24)


def some(level: PermissionLevel, *specific: SpecificPermission) -> PermissionLevelAndSpecifics:
    return PermissionLevelAndSpecifics(level=level, specific=specific)


def user(**fields: Any) -> User:
    config = UserConfigLocal(data=UserConfigLocalFields(password=""))
    return User(oid=Oid(USER), username="ann", config=config, **{"enabled": True} | fields)


def group(**fields: Any) -> UserGroup:
    return UserGroup(oid=Oid(GROUP), name="ops", **fields)


def permission(target: Any, level: PermissionLevel, *specific: Any, of: Any = TARGET) -> Permission:
    return Permission(user_target=target, resource_target=of, level=level, specific=specific)


MINE, OURS = UserTargetUser(id=USER), UserTargetUserGroup(id=GROUP)


@pytest.mark.parametrize(
    ("who", "given", "expected"),
    [
        (user(), {}, NOTHING),
        (user(admin=True), {}, EVERYTHING),
        (user(super_admin=True), {}, EVERYTHING),
        (user(admin=True, enabled=False), {"base": some(WRITE)}, NOTHING),
        (user(), {"transparent": True}, some(READ)),
        (user(), {"base": some(EXECUTE, LOGS)}, some(EXECUTE, LOGS)),
        (user(all={ResourceKind.SERVER: some(WRITE, LOGS)}), {}, some(WRITE, LOGS)),
        (user(all={ResourceKind.BUILD: some(WRITE)}), {}, NOTHING),
        (user(), {"permissions": [permission(MINE, READ, LOGS)]}, some(READ, LOGS)),
        (user(), {"permissions": [permission(UserTargetUser(id="x"), WRITE)]}, NOTHING),
        (user(), {"permissions": [permission(UserTargetUserGroup(id=USER), WRITE)]}, NOTHING),
        (user(), {"permissions": [permission(MINE, WRITE, of=SYSTEM)]}, NOTHING),
        (user(), {"permissions": [permission(OURS, WRITE)]}, NOTHING),
        (user(), {"groups": [group()], "permissions": [permission(OURS, WRITE)]}, NOTHING),
        (
            user(),
            {"groups": [group(users=(USER,))], "permissions": [permission(OURS, WRITE)]},
            some(WRITE),
        ),
        (
            user(),
            {"groups": [group(everyone=True, all={ResourceKind.SERVER: some(READ)})]},
            some(READ),
        ),
        (
            user(),
            {
                "groups": [group(users=(USER,))],
                "permissions": [permission(MINE, EXECUTE, LOGS), permission(OURS, READ, TERMINAL)],
                "transparent": True,
            },
            some(EXECUTE, TERMINAL, LOGS),
        ),
        (user(), {"base": some(READ), "parent": some(WRITE, TERMINAL)}, some(READ, TERMINAL)),
    ],
)
def test_rights_are_the_sum_of_their_sources(
    who: User, given: dict[str, Any], expected: PermissionLevelAndSpecifics
) -> None:
    assert effective(who, TARGET, **given) == expected


def test_the_system_is_for_administrators_alone() -> None:
    given = {"base": some(WRITE), "transparent": True}
    assert effective(user(), SYSTEM, **given) == NOTHING
    assert effective(user(admin=True), SYSTEM) == EVERYTHING


def test_levels_include_the_lower_ones_and_specifics_must_all_be_there() -> None:
    levels = [NONE, READ, EXECUTE, WRITE]
    for have in levels:
        for need in levels:
            assert at_least(have, need) == (levels.index(have) >= levels.index(need))
    assert covers(some(WRITE, LOGS), READ, [LOGS])
    assert not covers(some(WRITE, LOGS), READ, [LOGS, TERMINAL])
    assert not covers(some(READ, LOGS), EXECUTE)
