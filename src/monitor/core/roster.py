"""The servers as links need to know them, and how new ones join: by an onboarding key, or beside Core."""

from collections.abc import Iterable, Sequence

from msgspec import structs

from monitor.api.ids import Oid, new_id
from monitor.api.onboarding import OnboardingKey
from monitor.api.server import Server, ServerConfig, ServerInfo
from monitor.api.target import ResourceKind, ResourceTarget
from monitor.api.update import Operation
from monitor.core import documents
from monitor.core.context import SYSTEM_USER, Services
from monitor.core.errors import ApiError
from monitor.core.fleet.directory import LinkTarget, OnboardingRefused
from monitor.core.kinds import names
from monitor.core.kinds.on_server import note
from monitor.core.store.protocol import Duplicate, Row


class Roster:
    """The configured servers, for links."""

    def __init__(self, app: Services) -> None:
        self._app = app
        self._servers = app.memory.table(documents.SERVERS)
        self._keys = app.memory.table(documents.ONBOARDING_KEYS)

    def servers(self) -> Iterable[LinkTarget]:
        """All of them, as they are now."""
        return [link_target(row.value) for row in self._servers.rows.values()]

    def server(self, server_id: str) -> LinkTarget | None:
        """One of them."""
        row = self._servers.rows.get(server_id)
        return link_target(row.value) if row is not None else None

    def named(self, name: str) -> LinkTarget | None:
        """The one of that name."""
        row = self._servers.get(name)
        return link_target(row.value) if row is not None and row.value.name == name else None

    async def learned_key(self, server_id: str, key: str) -> None:
        """Store the first key a server that Core dials has shown, if it still has none."""

        def learn(server: Server) -> Server:
            if server.info.public_key:
                return server
            return structs.replace(server, info=ServerInfo(public_key=key))

        await self._servers.edit(server_id, learn)

    async def attempted_key(self, server_id: str, key: str) -> None:
        """Note a key that was refused, for an admin to accept."""
        row = self._servers.rows.get(server_id)
        if row is None or row.value.info.attempted_public_key == key:
            return
        await self._servers.edit(
            server_id,
            lambda s: structs.replace(s, info=structs.replace(s.info, attempted_public_key=key)),
        )

    async def onboard(
        self, *, secret_hash: str, public_key: str, name: str, address: str
    ) -> LinkTarget:
        """Create the server, or give it its first key, if the onboarding key allows. OnboardingRefused."""
        row = self._valid(secret_hash)
        name = self._name(name)
        existing = self._servers.get(name)
        if existing is not None and existing.value.info.public_key and not row.value.privileged:
            raise OnboardingRefused(f"A server named {name} is there already, with another key")
        identity = existing.id if existing is not None else new_id()
        await self._keys.edit(row.id, lambda key: self._used(key, identity))
        server = await self._joined(existing, row.value, identity, name, public_key)
        await self._app.runs.record(
            Operation.CREATE_SERVER if existing is None else Operation.UPDATE_SERVER_KEY,
            ResourceTarget(ResourceKind.SERVER, server.id),
            SYSTEM_USER,
            logs=(note("Onboard", f"{name} joined from {address} by the key {row.value.name}"),),
        )
        return link_target(server)

    async def add_first(self, name: str, public_key: str) -> None:
        """The server beside Core, at the first start: only if there is none at all."""
        if not name or not public_key or self._servers.rows:
            return
        server = self._new(
            new_id(), names.general(name), ServerConfig(enabled=True), (), public_key
        )
        await self._servers.insert(server)

    def _valid(self, secret_hash: str) -> Row[OnboardingKey]:
        row = self._keys.get(secret_hash)
        if row is None:
            raise OnboardingRefused("The onboarding key is unknown")
        self._used(row.value, "")
        return row

    def _used(self, key: OnboardingKey, server: str) -> OnboardingKey:
        """The key with one use more. Also runs inside the write, so that two at once can't both have the last."""
        if not key.enabled:
            raise OnboardingRefused("The onboarding key is disabled")
        if key.expires and key.expires < self._app.now():
            raise OnboardingRefused("The onboarding key has expired")
        if key.uses and len(key.onboarded) >= key.uses and server not in key.onboarded:
            raise OnboardingRefused("The onboarding key is used up")
        return structs.replace(key, onboarded=tuple(dict.fromkeys((*key.onboarded, server))))

    def _name(self, name: str) -> str:
        try:
            return names.general(name)
        except ApiError as error:
            raise OnboardingRefused(error.message) from error

    async def _joined(
        self,
        existing: Row[Server] | None,
        key: OnboardingKey,
        identity: str,
        name: str,
        public_key: str,
    ) -> Server:
        if existing is not None:
            changed = await self._servers.edit(
                existing.id, lambda s: structs.replace(s, info=ServerInfo(public_key=public_key))
            )
            return changed.value
        template = self._servers.get(key.copy_server) if key.copy_server else None
        config = template.value.config if template is not None else ServerConfig()
        config = structs.replace(config, enabled=True, address="")
        try:
            row = await self._servers.insert(
                self._new(identity, name, config, key.tags, public_key)
            )
        except Duplicate as error:
            raise OnboardingRefused(f"A server named {name} is there already") from error
        return row.value

    def _new(
        self, identity: str, name: str, config: ServerConfig, tags: Sequence[str], public_key: str
    ) -> Server:
        known = self._app.memory.table(documents.TAGS)
        return Server(
            oid=Oid(identity),
            name=name,
            tags=tuple(row.id for tag in tags if (row := known.get(tag)) is not None),
            info=ServerInfo(public_key=public_key),
            config=config,
            updated_at=self._app.now(),
        )


def link_target(server: Server) -> LinkTarget:
    """What a link needs to know of a server."""
    return LinkTarget(
        id=server.id,
        name=server.name,
        address=server.config.address,
        insecure_tls=server.config.insecure_tls,
        public_key=server.info.public_key,
        enabled=server.config.enabled,
    )
