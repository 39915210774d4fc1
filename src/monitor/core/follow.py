"""Keeps list items up with what they show: one task that turns events into items made again."""

from collections.abc import Callable
from typing import Any, cast

from monitor.api.deployment import Deployment
from monitor.api.target import ResourceKind
from monitor.api.update import UpdateListItem
from monitor.core import documents
from monitor.core.context import Services
from monitor.core.events import (
    BusyChanged,
    ContainersChanged,
    Event,
    HostSampled,
    ServerDown,
    ServerStateChanged,
    ServerUp,
    UpdateChanged,
)
from monitor.core.kinds.ownership import build_of, running_name
from monitor.core.store.protocol import Change, CollectionSpec, Row


class Follow:
    """Knows which deployments are on which server, so that an event costs what it changes."""

    def __init__(self, app: Services) -> None:
        self._app = app
        self._on_server: dict[str, dict[str, set[str]]] = {}
        for row in app.memory.table(documents.DEPLOYMENTS).rows.values():
            self._place(row.value)
        app.memory.listen(documents.DEPLOYMENTS, self._deployment_changed)
        app.memory.listen(documents.SERVERS, self._server_changed)
        app.memory.listen(documents.BUILDERS, self._builder_changed)
        app.memory.listen(documents.REPOS, self._repo_changed)
        app.memory.listen(documents.BUILDS, self._build_changed)

    async def run(self) -> None:
        """Follow events for as long as Core runs."""
        subscription = self._app.events.subscribe(
            BusyChanged,
            ContainersChanged,
            HostSampled,
            ServerDown,
            ServerStateChanged,
            ServerUp,
            UpdateChanged,
        )
        try:
            while True:
                self._take(await subscription.get())
        finally:
            self._app.events.unsubscribe(subscription)

    def _take(self, event: Event) -> None:
        items = self._app.items
        if isinstance(event, BusyChanged):
            if event.target.type in documents.BY_KIND:
                items.refresh(event.target.type, event.target.id)
        elif isinstance(event, UpdateChanged):
            if self._app.newest.note(cast("UpdateListItem", event.item)):
                items.refresh(event.target.type, event.target.id)
        elif isinstance(event, ContainersChanged):
            here = self._on_server.get(event.server, {})
            for name in (*event.changed, *event.removed):
                for identity in here.get(name, ()):
                    items.refresh(ResourceKind.DEPLOYMENT, identity)
            items.refresh(ResourceKind.SERVER, event.server)
        elif isinstance(event, HostSampled):
            items.refresh(ResourceKind.SERVER, event.server)
        elif isinstance(event, ServerDown | ServerStateChanged | ServerUp):
            items.refresh(ResourceKind.SERVER, event.server)
            self._refresh_all_on(event.server)

    def _refresh_all_on(self, server: str) -> None:
        for identities in self._on_server.get(server, {}).values():
            for identity in identities:
                self._app.items.refresh(ResourceKind.DEPLOYMENT, identity)

    def _deployment_changed(self, change: Change, was: Row[Deployment] | None) -> None:
        if was is not None:
            old = was.value
            names = self._on_server.get(old.config.server_id, {})
            names.get(running_name(old), set()).discard(old.id)
        if change.value is not None:
            self._place(change.value)

    def _place(self, deployment: Deployment) -> None:
        names = self._on_server.setdefault(deployment.config.server_id, {})
        names.setdefault(running_name(deployment), set()).add(deployment.id)

    def owner(self, server: str, container: str) -> str | None:
        """The deployment that a container belongs to, by id."""
        return next(iter(self._on_server.get(server, {}).get(container, ())), None)

    def _server_changed(self, change: Change, _was: Row[Any] | None) -> None:
        self._refresh_all_on(change.id)
        self._refresh_where(documents.REPOS, lambda repo: repo.config.server_id == change.id)

    def _builder_changed(self, change: Change, _was: Row[Any] | None) -> None:
        for spec in (documents.BUILDS, documents.REPOS):
            self._refresh_where(spec, lambda one: one.config.builder_id == change.id)

    def _repo_changed(self, change: Change, _was: Row[Any] | None) -> None:
        self._refresh_where(documents.BUILDS, lambda build: build.config.linked_repo == change.id)

    def _build_changed(self, change: Change, _was: Row[Any] | None) -> None:
        self._refresh_where(
            documents.DEPLOYMENTS, lambda deployment: build_of(deployment) == change.id
        )

    def _refresh_where(self, spec: CollectionSpec[Any], refers: Callable[[Any], bool]) -> None:
        kind = next(kind for kind, each in documents.BY_KIND.items() if each is spec)
        for row in self._app.memory.table(spec).rows.values():
            if refers(row.value):
                self._app.items.refresh(kind, row.id)
