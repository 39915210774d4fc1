import asyncio
import time

from msgspec.structs import replace

from fleet.things import batch, container, docker, image, sample, stats
from monitor.api.ids import Oid, new_id
from monitor.api.tag import Tag
from monitor.api.target import SYSTEM, ResourceKind, ResourceTarget
from monitor.api.update import UpdateStatus
from monitor.core.events import RightsChanged, TagChanged
from monitor.link.events import DockerChanged

from .world import World, an_update


async def test_a_page_is_greeted_and_gets_a_snapshot_then_what_changes(world: World) -> None:
    one = world.add_server("one")
    async with world.page() as page:
        assert page.hello["build"] == "b1"
        assert page.hello["user"] == "ada"
        assert len(page.hello["epoch"]) >= 8
        snap = await page.sub("servers")
        assert [row["name"] for row in snap["rows"]] == ["one"]
        assert snap["rows"][0]["info"]["state"] == "NotOk"
        world.fleet.event(one, stats(33.0))
        frame = await page.next("p", topic="servers")
        assert [[identity, sorted(fields)] for identity, fields in frame["set"]] == [
            [one, ["info"]]
        ]
        assert page.rows["servers"][one]["info"]["stats"]["cpu_perc"] == 33.0
        two = world.add_server("two")
        await page.next("p", topic="servers")
        assert page.rows["servers"][two]["type"] == "Server"
        world.drop_server(one)
        frame = await page.next("p", topic="servers")
        assert frame["del"] == [one]


async def test_of_a_row_s_info_only_what_changed_is_told(world: World) -> None:
    one = world.add_server("one")
    world.fleet.event(one, stats(10.0))
    async with world.page() as page:
        snap = await page.sub("servers")
        world.fleet.event(one, stats(33.0))
        [[_, fields]] = (await page.next("p", topic="servers"))["set"]
        assert "stats" in fields["info"]
        assert "alerting_thresholds" not in fields["info"]
        assert page.rows["servers"][one]["info"].keys() == snap["rows"][0]["info"].keys()


async def test_a_page_names_its_first_topics_and_takes_a_long_list_packed(world: World) -> None:
    ids = {world.add_server(f"server-{number}") for number in range(150)}
    async with world.page(wishes="?zip=1&topics=tags,servers,nothing") as page:
        assert (await page.next("err", topic="nothing"))["status"] == 404
        assert (await page.next("snap", topic="tags"))["rows"] == []
        assert page.packed == 0, "a short list is sent as it is"
        await page.next("snap", topic="servers")
        assert page.packed == 1
        assert page.rows["servers"].keys() == ids
        one = ids.pop()
        world.drop_server(one)
        assert (await page.next("p", topic="servers"))["del"] == [one]
    async with world.page() as page:
        await page.sub("servers")
        assert page.packed == 0, "who does not ask for it gets text"


async def test_containers_of_all_servers_are_rows_with_their_own_ids(world: World) -> None:
    one = world.add_server("one")
    world.fleet.event(one, docker(container("web"), container("owned")))
    async with world.page() as page:
        await page.sub("containers")
        row = page.rows["containers"][f"{one}/web"]
        assert row["container_id"].startswith("web-id")
        assert (row["server_id"], row["server_name"], row["state"]) == (one, "one", "running")
        assert row["resource"] is None
        assert page.rows["containers"][f"{one}/owned"]["resource"] == {
            "type": "Deployment",
            "id": "d1",
        }
        world.fleet.event(one, DockerChanged(containers=(container("web", "exited"),)))
        frame = await page.next("p", topic="containers")
        [[identity, fields]] = frame["set"]
        assert identity == f"{one}/web"
        assert fields["state"] == "exited"
        assert "server_name" not in fields, "only what changed is sent"
        world.fleet.event(one, DockerChanged(containers_gone=(row["container_id"],)))
        assert (await page.next("p"))["del"] == [f"{one}/web"]


async def test_a_lost_server_s_containers_are_unknown_with_what_they_were(world: World) -> None:
    one = world.add_server("one")
    world.fleet.event(one, docker(container("web")))
    async with world.page() as page:
        await page.sub("containers")
        world.fleet.server(one).lose_docker()  # type: ignore[union-attr]
        world.fleet.server(one).fresh = True  # type: ignore[union-attr]
        world.fleet.down(one, "the cable was pulled")
        await page.next("p", topic="containers")
        row = page.rows["containers"][f"{one}/web"]
        assert (row["state"], row["last_state"], row["status"]) == ("", "running", None)


async def test_containers_that_do_not_simply_run_are_a_list_of_their_own(world: World) -> None:
    one = world.add_server("one")
    ill = replace(container("ill"), status="Up 1 hour (unhealthy)")
    world.fleet.event(one, docker(container("web"), container("job", "exited"), ill))
    async with world.page() as page:
        snap = await page.sub("container_problems")
        assert {row["name"] for row in snap["rows"]} == {"job", "ill"}
        world.fleet.event(one, DockerChanged(containers=(container("web", "exited"),)))
        await page.next("p", topic="container_problems")
        assert f"{one}/web" in page.rows["container_problems"]
        world.fleet.event(one, DockerChanged(containers=(container("web"),)))
        assert (await page.next("p", topic="container_problems"))["del"] == [f"{one}/web"]


async def test_figures_of_containers_go_only_to_those_who_ask_for_them(world: World) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    for each in (one, two):
        world.fleet.event(each, docker(container("web"), container("idle", "exited")))
    world.fleet.event(one, batch(web=sample(2.0)))
    world.rights["bob"] = frozenset({one})
    async with world.page() as looking, world.page("bob") as bob, world.page() as page:
        await looking.sub("containers")
        await bob.sub("container_stats")
        snap = await page.sub("container_stats")
        assert snap["rows"] == [
            {
                "id": f"{one}/web", "name": "web", "cpu_perc": "2.00%", "mem_perc": "0.02%",
                "mem_usage": "1.5MiB / 8GiB", "net_io": "0B / 0B", "block_io": "0B / 0B",
                "pids": "0",
            }
        ]  # fmt: skip
        world.fleet.event(one, batch(web=sample(3.0)))
        frame = await page.next("p", topic="container_stats")
        assert frame["set"] == [[f"{one}/web", {"cpu_perc": "3.00%"}]], "only what changed is sent"
        world.fleet.event(two, batch(web=sample(4.0)))
        await page.next("p", topic="container_stats")
        assert page.rows["container_stats"][f"{two}/web"]["cpu_perc"] == "4.00%"
        assert "stats" not in looking.rows["containers"][f"{one}/web"]
        assert await looking.quiet(0.5) == [], "a list of containers does not move with samples"
        await bob.quiet(0.1)
        assert set(bob.rows["container_stats"]) == {f"{one}/web"}


async def test_a_container_has_no_figures_once_it_does_not_run_or_is_not_known(
    world: World,
) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    for each in (one, two):
        world.fleet.event(each, docker(container("web"), container("api"), container("job")))
        world.fleet.event(each, batch(web=sample(), api=sample(), job=sample()))
    async with world.page() as page:
        await page.sub("container_stats")
        assert len(page.rows["container_stats"]) == 6
        world.fleet.event(one, DockerChanged(containers=(container("web", "exited"),)))
        assert (await page.next("p"))["del"] == [f"{one}/web"]
        world.fleet.event(one, batch(api=sample()))
        assert (await page.next("p"))["del"] == [f"{one}/job"]
        world.fleet.down(two, "the cable was pulled")
        while any(identity.startswith(two) for identity in page.rows["container_stats"]):
            await page.next("p")
        assert set(page.rows["container_stats"]) == {f"{one}/api"}


async def test_a_stop_is_on_the_page_at_once_while_figures_keep_coming(world: World) -> None:
    ids = [world.add_server(f"s{n}") for n in range(20)]
    for one in ids:
        world.fleet.event(one, docker(*(container(f"c{n}") for n in range(20))))
    stop = asyncio.Event()

    async def figures() -> None:
        while not stop.is_set():
            for one in ids:
                world.fleet.event(one, batch(**{f"c{n}": sample(time.time()) for n in range(20)}))
                await asyncio.sleep(0.005)

    feeding = asyncio.create_task(figures())
    took: list[float] = []
    async with world.page() as page:
        await page.sub("containers")
        await page.send(op="sub", topic="container_stats")
        for number in range(40):
            one, state = ids[number % 20], "exited" if number < 20 else "running"
            await asyncio.sleep(0.037)
            world.fleet.event(one, DockerChanged(containers=(container("c7", state),)))
            began = time.perf_counter()
            async with asyncio.timeout(3):
                while page.rows["containers"][f"{one}/c7"]["state"] != state:
                    await page.next("p")
            took.append(time.perf_counter() - began)
        frames = [frame for frame in page.frames if frame["op"] == "p"]
    stop.set()
    await feeding
    assert sorted(took)[-2] < 0.25, sorted(took)[-5:]
    assert len(frames) < 40 + 4 * sum(took) * 40, "figures are gathered"


async def test_figures_come_at_most_four_times_a_second(world: World) -> None:
    one = world.add_server("one")
    world.fleet.event(one, docker(container("web")))
    async with world.page() as page:
        await page.sub("container_stats")
        began = time.perf_counter()
        for number in range(100):
            world.fleet.event(one, batch(web=sample(float(number))))
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - began
        frames = await page.quiet(0.5)
        assert page.rows["container_stats"][f"{one}/web"]["cpu_perc"] == "99.00%"
        assert 2 <= len(frames) <= 4 * (seconds + 0.5) + 2


async def test_users_see_what_they_may_read_and_no_more(world: World) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    for each in (one, two):
        world.fleet.event(each, docker(container("web")))
    world.rights["bob"] = frozenset({one})
    async with world.page("bob") as bob, world.page() as ada:
        assert [row["name"] for row in (await bob.sub("servers"))["rows"]] == ["one"]
        assert {row["id"] for row in (await bob.sub("containers"))["rows"]} == {f"{one}/web"}
        assert len((await ada.sub("containers"))["rows"]) == 2
        assert (await bob.sub(f"images:{two}"))["status"] == 404
        assert (await bob.sub(f"stats:{two}"))["status"] == 404
        assert (await bob.sub(f"images:{one}"))["op"] == "snap"
        world.fleet.event(two, DockerChanged(containers=(container("web", "exited"),)))
        await ada.next("p", topic="containers")
        world.fleet.event(one, DockerChanged(containers=(container("web", "exited"),)))
        frame = await bob.next("p", topic="containers")
        assert [identity for identity, _ in frame["set"]] == [f"{one}/web"]


async def test_a_right_given_or_taken_shows_on_the_open_page_within_two_seconds(
    world: World,
) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    world.fleet.event(one, docker(container("web"), images=(image("i"),)))
    world.rights["bob"] = frozenset({one, two})
    async with world.page("bob") as page:
        await page.sub("containers")
        await page.sub("servers")
        await page.sub(f"images:{one}")
        world.rights["bob"] = frozenset({two})
        world.events.publish(RightsChanged("bob"))
        began = time.perf_counter()
        await page.next("perm")
        await page.next("err", topic=f"images:{one}")
        while set(page.rows["servers"]) != {two} or page.rows["containers"]:
            await page.next()
        assert time.perf_counter() - began < 2
        world.fleet.event(one, DockerChanged(containers=(container("web", "exited"),)))
        assert not [f for f in await page.quiet(0.3) if f.get("topic") == "containers"]


async def test_a_page_that_comes_back_gets_only_what_it_missed(world: World) -> None:
    one, two, three = (world.add_server(name) for name in ("one", "two", "three"))
    async with world.page() as page:
        await page.sub("servers")
        since = {"epoch": page.hello["epoch"], "seq": page.seqs["servers"]}
        rows = page.rows["servers"]
    world.fleet.event(one, stats(50.0))
    world.drop_server(two)
    await asyncio.sleep(0.3)
    async with world.page() as page:
        page.rows["servers"], page.seqs["servers"] = rows, since["seq"]
        frame = await page.sub("servers", since=since)
        assert frame["op"] == "p"
        assert [identity for identity, _ in frame["set"]] == [one]
        assert frame["del"] == [two]
        assert set(page.rows["servers"]) == {one, three}
        assert page.rows["servers"][one]["info"]["stats"]["cpu_perc"] == 50
        world.fleet.event(three, stats(60.0))
        await page.next("p", topic="servers")
        assert page.rows["servers"][three]["info"]["stats"]["cpu_perc"] == 60
    async with world.page() as page:
        assert (await page.sub("servers", since={"epoch": "other", "seq": 5}))["op"] == "snap"
    world.events.publish(RightsChanged(None))
    await asyncio.sleep(0.05)
    async with world.page() as page:
        assert (await page.sub("servers", since=since))["op"] == "snap"


async def test_a_hidden_page_gets_its_rows_together(world: World) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    async with world.page() as page:
        await page.sub("servers")
        await page.send(op="pace", ms=1500)
        await asyncio.sleep(1.1)
        await page.quiet(0.1)
        for number in range(12):
            world.fleet.event(one if number % 2 else two, stats(float(number)))
            await asyncio.sleep(0.1)
        frames = await page.quiet(1.5)
        patches = [frame for frame in frames if frame["op"] == "p"]
        assert 1 <= len(patches) <= 3
        assert page.rows["servers"][one]["info"]["stats"]["cpu_perc"] == 11
        assert page.rows["servers"][two]["info"]["stats"]["cpu_perc"] == 10
        await page.send(op="pace", ms=0)
        await page.quiet(0.1)
        world.fleet.event(one, stats(70.0))
        await page.next("p", within=0.5)
        assert page.rows["servers"][one]["info"]["stats"]["cpu_perc"] == 70


async def test_tags_have_plain_ids(world: World) -> None:
    tag = Tag(oid=Oid(new_id()), name="prod", owner="ada")
    world.tags[tag.oid.oid] = tag  # type: ignore[union-attr]
    async with world.page("bob") as page:
        snap = await page.sub("tags")
        assert snap["rows"] == [
            {"id": tag.oid.oid, "name": "prod", "owner": "ada", "color": "Slate"}  # type: ignore[union-attr]
        ]
        del world.tags[tag.oid.oid]  # type: ignore[union-attr]
        world.events.publish(TagChanged(tag.oid.oid, None))  # type: ignore[union-attr]
        assert (await page.next("p"))["del"] == [tag.oid.oid]  # type: ignore[union-attr]


async def test_the_newest_two_hundred_updates_are_shown_to_those_who_may_see_them(
    world: World,
) -> None:
    one, two = world.add_server("one"), world.add_server("two")
    world.rights["bob"] = frozenset({one})
    for number in range(205):
        identity = f"{number:024x}"
        target = ResourceTarget(ResourceKind.SERVER, one if number % 2 else two)
        world.put_update(an_update(identity, target, start_ts=number))
    await asyncio.sleep(0.05)
    async with world.page() as ada, world.page("bob") as bob:
        assert len((await ada.sub("updates"))["rows"]) == 200
        assert len((await bob.sub("updates"))["rows"]) == 100
        newest = an_update("f" * 24, SYSTEM, start_ts=1000)
        world.put_update(newest)
        frame = await ada.next("p", topic="updates")
        assert [identity for identity, _ in frame["set"]] == ["f" * 24]
        assert frame["del"] == [f"{5:024x}"]
        assert [f for f in await bob.quiet(0.3) if f.get("set")] == []
        done = an_update("f" * 24, SYSTEM, start_ts=1000, status=UpdateStatus.COMPLETE, end_ts=2000)
        world.put_update(done)
        frame = await ada.next("p", topic="updates")
        assert frame["set"] == [["f" * 24, {"status": "Complete", "end_ts": 2000}]]


async def test_docker_lists_of_one_server_have_rows_with_ids(world: World) -> None:
    one = world.add_server("one")
    world.fleet.event(one, docker(images=(image("sha256:1"),)))
    async with world.page() as page:
        await page.sub(f"images:{one}")
        assert page.rows[f"images:{one}"]["sha256:1"]["name"] == "sha256:1:latest"
        world.fleet.event(
            one, DockerChanged(images=(image("sha256:2"),), images_gone=("sha256:1",))
        )
        frame = await page.next("p", topic=f"images:{one}")
        assert frame["del"] == ["sha256:1"]
        assert frame["set"][0][0] == "sha256:2"
        assert (await page.sub("networks:nothing"))["status"] == 404
        assert (await page.sub("nonsense"))["status"] == 404


async def test_twenty_thousand_containers_arrive_whole_while_they_change(world: World) -> None:
    ids = [world.add_server(f"s{n}") for n in range(100)]
    for one in ids:
        world.fleet.event(one, docker(*(container(f"c{n}") for n in range(60))))
    async with world.page() as page:
        await page.send(op="sub", topic="containers")
        for one in ids[:30]:
            await asyncio.sleep(0.002)
            world.fleet.event(
                one,
                DockerChanged(
                    containers=(container("c5", "exited"),),
                    containers_gone=(container("c6").id or "",),
                ),
            )
        await page.next("snap", within=10)
        await page.quiet(0.5)
        rows = page.rows["containers"]
        assert len(rows) == 100 * 60 - 30
        assert sum(row["state"] == "exited" for row in rows.values()) == 30
