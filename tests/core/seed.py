"""A Core that begins with users of every level of right, put into its database before it starts."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from monitor.api.deployment import Deployment, DeploymentConfig, DeploymentInfo
from monitor.api.ids import Oid, new_id
from monitor.api.resource import (
    PermissionLevel,
    PermissionLevelAndSpecifics,
    SpecificPermission,
)
from monitor.api.server import Server, ServerConfig, ServerInfo
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.user import (
    Permission,
    User,
    UserConfigLocal,
    UserConfigLocalFields,
    UserGroup,
    UserTargetUser,
    UserTargetUserGroup,
)
from monitor.client import Client, Failed, Unreachable
from monitor.core import documents
from monitor.core.identity.passwords import Passwords
from monitor.core.store.protocol import Store
from monitor.core.store.sqlite import open_sqlite
from world import ADMIN, PASSWORD, RunningCore

READ, EXECUTE, WRITE = PermissionLevel.READ, PermissionLevel.EXECUTE, PermissionLevel.WRITE
STARTS_WITHIN = 30.0

USERS = ("reader", "operator", "writer", "member", "stranger", "maker", "sleeper")
"""Read, Execute with Logs, Write with Attach on `alpha` and `web`; Read on `alpha` by a group; nothing; may create
servers; disabled."""
PASSKEY = "passkey-of-alpha"
TOKEN = "environment-of-web"
"""What only some may see."""


def started(
    folder: Path, also: Callable[[Path], Awaitable[None]] | None = None, **settings: str
) -> Iterator[RunningCore]:
    """A seeded Core as a program of its own, for as long as the generator is not closed.

    `also` puts more into its data before it starts.
    """
    core = RunningCore(folder, **settings)
    core.data.mkdir(mode=0o700)
    asyncio.run(_seed(core.data, also))
    with core.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor.core"],
            env={**os.environ, **core.environ},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        asyncio.run(_ready(core, process))
        yield core
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(15)


async def _ready(core: RunningCore, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    async with Client(core.url) as client:
        while True:
            with contextlib.suppress(Unreachable, Failed, OSError):
                await client._once("GET", "/health/ready", None, {})
                return
            assert process.poll() is None and time.monotonic() < end, core.text()[-4000:]
            await asyncio.sleep(0.05)


async def _seed(data: Path, also: Callable[[Path], Awaitable[None]] | None) -> None:
    store = await open_sqlite(data, documents.IN_MEMORY)
    try:
        users = await _users(store)
        await _resources(store, users)
    finally:
        await store.close()
    if also is not None:
        await also(data)


async def _users(store: Store) -> dict[str, str]:
    kept = await Passwords().hash(PASSWORD)
    table = store.collection(documents.USERS)
    ids: dict[str, str] = {}
    for name in (ADMIN, *USERS):
        root = name == ADMIN
        row = await table.insert(
            User(
                oid=Oid(new_id()),
                username=name,
                enabled=name != "sleeper",
                admin=root,
                super_admin=root,
                create_server_permissions=root or name == "maker",
                config=UserConfigLocal(data=UserConfigLocalFields(password=kept)),
            )
        )
        ids[name] = row.id
    return ids


async def _resources(store: Store, users: dict[str, str]) -> None:
    alpha = await _server(store, "alpha", passkey=PASSKEY)
    beta = await _server(store, "beta")
    await _server(store, "common", base=PermissionLevelAndSpecifics(level=READ))
    web = await _deployment(store, "web", alpha, f"TOKEN={TOKEN}\n")
    await _deployment(store, "hidden", beta, "")
    logs, attach = SpecificPermission.LOGS, SpecificPermission.ATTACH
    given: tuple[tuple[str, PermissionLevel, tuple[SpecificPermission, ...]], ...] = (
        ("reader", READ, ()),
        ("operator", EXECUTE, (logs,)),
        ("writer", WRITE, (attach,)),
    )
    permissions = store.collection(documents.PERMISSIONS)
    for name, level, specific in given:
        for kind, identity in ((ResourceKind.SERVER, alpha), (ResourceKind.DEPLOYMENT, web)):
            await permissions.insert(
                Permission(
                    oid=Oid(new_id()),
                    user_target=UserTargetUser(users[name]),
                    resource_target=ResourceTarget(kind, identity),
                    level=level,
                    specific=specific,
                )
            )
    team = await store.collection(documents.GROUPS).insert(
        UserGroup(oid=Oid(new_id()), name="team", users=(users["member"],))
    )
    await permissions.insert(
        Permission(
            oid=Oid(new_id()),
            user_target=UserTargetUserGroup(team.id),
            resource_target=ResourceTarget(ResourceKind.SERVER, alpha),
            level=READ,
        )
    )


async def _server(
    store: Store,
    name: str,
    *,
    passkey: str = "",
    base: PermissionLevelAndSpecifics | None = None,
) -> str:
    server = Server(
        oid=Oid(new_id()),
        name=name,
        info=ServerInfo(),
        config=ServerConfig(passkey=passkey),
        base_permission=base or PermissionLevelAndSpecifics(),
    )
    return (await store.collection(documents.SERVERS).insert(server)).id


async def _deployment(store: Store, name: str, server: str, environment: str) -> str:
    deployment: Any = Deployment(
        oid=Oid(new_id()),
        name=name,
        info=DeploymentInfo(deployed_name=name),
        config=DeploymentConfig(server_id=server, environment=environment),
    )
    return (await store.collection(documents.DEPLOYMENTS).insert(deployment)).id
