"""What a user may do with a resource, computed from all sources. Pure: whoever asks brings the documents."""

from collections.abc import Iterable

from monitor.api.resource import PermissionLevel, PermissionLevelAndSpecifics, SpecificPermission
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import Permission, User, UserGroup, UserTargetUser

_ORDER = (
    PermissionLevel.NONE,
    PermissionLevel.READ,
    PermissionLevel.EXECUTE,
    PermissionLevel.WRITE,
)
NOTHING = PermissionLevelAndSpecifics()
EVERYTHING = PermissionLevelAndSpecifics(
    level=PermissionLevel.WRITE, specific=tuple(SpecificPermission)
)


def at_least(have: PermissionLevel, need: PermissionLevel) -> bool:
    """Whether one level includes another: None < Read < Execute < Write."""
    return _ORDER.index(have) >= _ORDER.index(need)


def covers(
    have: PermissionLevelAndSpecifics,
    level: PermissionLevel,
    specific: Iterable[SpecificPermission] = (),
) -> bool:
    """Whether what one has is enough for the level and every one of the specific permissions."""
    return at_least(have.level, level) and set(have.specific) >= set(specific)


def is_member(user_id: str, group: UserGroup) -> bool:
    """Whether the group's rights are also the user's."""
    return group.everyone or user_id in group.users


def effective(
    user: User,
    target: ResourceTarget,
    *,
    base: PermissionLevelAndSpecifics = NOTHING,
    groups: Iterable[UserGroup] = (),
    permissions: Iterable[Permission] = (),
    transparent: bool = False,
    parent: PermissionLevelAndSpecifics = NOTHING,
) -> PermissionLevelAndSpecifics:
    """The level and the specific permissions of a user on one resource; `specific` in fixed order.

    `groups` and `permissions` may hold others' too. `base`: what the resource grants to everybody.
    `transparent`: everybody may read. `parent`: the rights on the server the resource is attached to,
    whose specific permissions it inherits. A disabled user may do nothing, and the system is for
    administrators alone.
    """
    if not user.enabled:
        return NOTHING
    if user.admin or user.super_admin:
        return EVERYTHING
    if target.type is ResourceKind.SYSTEM:
        return NOTHING
    user_id = _id(user)
    mine = {_id(group): group for group in groups if is_member(user_id, group)}
    sources = [base]
    if transparent:
        sources.append(PermissionLevelAndSpecifics(level=PermissionLevel.READ))
    sources.extend(
        holder.all[target.type] for holder in (user, *mine.values()) if target.type in holder.all
    )
    sources.extend(
        PermissionLevelAndSpecifics(level=permission.level, specific=permission.specific)
        for permission in permissions
        if permission.resource_target == target and _is_for(permission, user_id, mine)
    )
    specific = {each for source in (*sources, parent) for each in source.specific}
    return PermissionLevelAndSpecifics(
        level=max((source.level for source in sources), key=_ORDER.index),
        specific=tuple(each for each in SpecificPermission if each in specific),
    )


def _is_for(permission: Permission, user_id: str, groups: dict[str, UserGroup]) -> bool:
    if isinstance(permission.user_target, UserTargetUser):
        return permission.user_target.id == user_id
    return permission.user_target.id in groups


def _id(document: User | UserGroup) -> str:
    return document.oid.oid if document.oid else ""
