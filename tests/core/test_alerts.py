"""Alerts: who sees which, how they are found, and closing them."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.seed import started
from monitor.api.alert import Alert, CloseAlert, GetAlert, ListAlerts, SeverityLevel
from monitor.api.alert_data import (
    AlertBuildFailed,
    AlertBuildFailedFields,
    AlertContainerStateChange,
    AlertContainerStateChangeFields,
    AlertCustom,
    AlertCustomFields,
    AlertNone,
    AlertResource,
    AlertServerUnreachable,
    AlertServerUnreachableFields,
    AlertTest,
)
from monitor.api.codec import decode, encode
from monitor.api.deployment_state import DeploymentState
from monitor.api.server import GetServer
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.api.values import Serror, Version
from monitor.client import Client
from monitor.core import documents
from monitor.core.alerts import ALERTS, prune_alerts, record_alert
from monitor.core.store.sqlite import open_sqlite
from world import RunningCore

Refused = Callable[..., Any]
WARNING, CRITICAL = SeverityLevel.WARNING, SeverityLevel.CRITICAL
FIXED = "6b038df8637380e8552bb539"


async def _alerts(data: Path) -> None:
    """120 old ones about the system, and one about each of the seeded servers and a deployment."""
    store = await open_sqlite(data, (*documents.IN_MEMORY, ALERTS))
    now = itertools.count(time.time_ns() // 1_000_000 - 100_000)
    app: Any = SimpleNamespace(store=store, now=lambda: next(now))
    try:
        for number in range(120):
            data_of = AlertCustom(AlertCustomFields(message=f"number {number}"))
            await record_alert(app, SeverityLevel.OK, SYSTEM, data_of)
        servers = await store.collection(documents.SERVERS).find()
        for row in servers:
            await record_alert(
                app,
                CRITICAL,
                ResourceTarget(ResourceKind.SERVER, row.id),
                AlertServerUnreachable(
                    AlertServerUnreachableFields(
                        id=row.id, name=row.value.name, err=Serror(error="gone", trace=())
                    )
                ),
                resolved=False,
            )
        (web,) = [
            row
            for row in await store.collection(documents.DEPLOYMENTS).find()
            if row.value.name == "web"
        ]
        change = AlertContainerStateChange(
            AlertContainerStateChangeFields(
                id=web.id,
                name="web",
                from_=DeploymentState.RUNNING,
                to=DeploymentState.EXITED,
            )
        )
        target = ResourceTarget(ResourceKind.DEPLOYMENT, web.id)
        first = await record_alert(app, WARNING, target, change, id=FIXED)
        assert await record_alert(app, WARNING, target, change, id=FIXED) == first == FIXED
    finally:
        await store.close()


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCore]:
    for core in started(tmp_path_factory.mktemp("core"), also=_alerts):
        yield core
        text = core.text()
        assert "Traceback" not in text, text[-6000:]


async def test_alerts_come_newest_first_by_the_hundred(admin: Client) -> None:
    first = await admin.send(ListAlerts())
    assert len(first.alerts) == 100
    assert first.next_page == 1
    second = await admin.send(ListAlerts(page=1))
    assert second.next_page is None
    stamps = [one.ts for one in (*first.alerts, *second.alerts)]
    assert stamps == sorted(stamps, reverse=True)
    assert (await admin.send(ListAlerts(page=9))).alerts == ()
    assert first.alerts[0].id == FIXED


async def test_alerts_are_found_by_their_fields(admin: Client, refused: Refused) -> None:
    open_ones = await admin.send(ListAlerts(query={"resolved": False}))
    assert {one.data.data.name for one in open_ones.alerts} == {"alpha", "beta", "common"}  # type: ignore[union-attr]
    alpha = (await admin.send(GetServer(server="alpha"))).id
    query = {"data.type": "ServerUnreachable", "level": "CRITICAL", "target.id": alpha}
    (one,) = (await admin.send(ListAlerts(query=query))).alerts
    assert one.target == ResourceTarget(ResourceKind.SERVER, alpha)
    assert await admin.send(GetAlert(id=one.id)) == one
    for query in ({"data.type": "Nothing"}, {"data.nothing": 1}, {"$where": "1"}, {"ts": "soon"}):
        with refused(400):
            await admin.send(ListAlerts(query=query))


async def test_one_sees_alerts_about_what_one_may_read(
    admin: Client, reader: Client, stranger: Client, refused: Refused
) -> None:
    mine = (await reader.send(ListAlerts())).alerts
    assert {one.data.data.name for one in mine} == {"alpha", "common", "web"}  # type: ignore[union-attr]
    assert (await reader.send(ListAlerts(query={"target.type": "System"}))).alerts == ()
    theirs = (await stranger.send(ListAlerts())).alerts
    assert {one.data.data.name for one in theirs} == {"common"}  # type: ignore[union-attr]
    systems = (await admin.send(ListAlerts(query={"target.type": "System"}))).alerts
    for identity in (systems[0].id, FIXED, "0" * 24, "nothing"):
        with refused(404, "no alert found"):
            await stranger.send(GetAlert(id=identity))


async def test_closing_an_alert_is_for_administrators_and_done_once(
    admin: Client, writer: Client, refused: Refused
) -> None:
    query = {"resolved": False}
    one = (await admin.send(ListAlerts(query=query))).alerts[0]
    with refused(403, "admin only"):
        await writer.send(CloseAlert(id=one.id))
    await admin.send(CloseAlert(id=one.id))
    closed = await admin.send(GetAlert(id=one.id))
    assert closed.resolved
    assert closed.resolved_ts is not None
    await admin.send(CloseAlert(id=one.id))
    assert await admin.send(GetAlert(id=one.id)) == closed
    with refused(404, "no alert found"):
        await admin.send(CloseAlert(id="0" * 24))


def test_data_stands_on_the_wire_under_its_type() -> None:
    target = ResourceTarget(ResourceKind.BUILD, "0" * 24)
    kinds = (
        (AlertNone(), b'"data":{"type":"None","data":{}}'),
        (
            AlertTest(AlertResource(id="a", name="b")),
            b'"data":{"type":"Test","data":{"id":"a","name":"b"}}',
        ),
        (
            AlertBuildFailed(AlertBuildFailedFields(id="a", name="b", version=Version(1, 2, 3))),
            b'"version":{"major":1,"minor":2,"patch":3}',
        ),
        (
            AlertContainerStateChange(
                AlertContainerStateChangeFields(
                    id="a", name="b", from_=DeploymentState.DEAD, to=DeploymentState.RUNNING
                )
            ),
            b'"from":"dead","to":"running"',
        ),
    )
    for data, text in kinds:
        alert = Alert(ts=1, resolved=True, level=WARNING, target=target, data=data)
        assert text in encode(alert)
        assert decode(Alert, encode(alert)) == alert


async def test_alerts_that_were_over_long_ago_are_forgotten(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path, (ALERTS,))
    try:
        for ts in (1000, 2000, 3000):
            app: Any = SimpleNamespace(store=store, now=lambda ts=ts: ts)
            for resolved in (True, False):
                await record_alert(app, WARNING, SYSTEM, AlertNone(), resolved=resolved)
        assert await prune_alerts(store, 2500) == 2
        left = [row.value for row in await store.collection(ALERTS).find(sort=(("ts", 1),))]
        assert [(one.ts, one.resolved) for one in left] == [
            (1000, False),
            (2000, False),
            (3000, True),
            (3000, False),
        ]
    finally:
        await store.close()
