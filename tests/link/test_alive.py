import itertools

from monitor.link.alive import CLOCK_EVERY, DEAD_AFTER, PING_AFTER, Alive


def pings(alive: Alive, *, heard_every: float, said_every: float, seconds: float) -> list[float]:
    """When a link is pinged that sends and hears so often, and whose peer answers at once."""
    at: list[float] = []
    for tick in range(round(seconds * 10)):
        now = tick / 10
        if heard_every and now % heard_every < 0.1:
            alive.heard(now)
        if said_every and now % said_every < 0.1:
            alive.said(now)
        if now >= alive.ping_at():
            at.append(now)
            alive.answered(alive.ping(now), now)
            alive.heard(now)
    return at


def gaps(at: list[float]) -> list[float]:
    return [round(later - earlier, 1) for earlier, later in itertools.pairwise(at)]


def test_a_new_link_is_pinged_at_once_and_then_whenever_it_was_quiet() -> None:
    at = pings(Alive(0.0), heard_every=0, said_every=0, seconds=30)
    assert at[0] == 0
    assert set(gaps(at)) == {PING_AFTER}


def test_a_peer_that_only_sends_still_hears_of_us_often_enough_not_to_think_us_dead() -> None:
    at = pings(Alive(0.0), heard_every=1, said_every=0, seconds=60)
    assert max(gaps(at)) < DEAD_AFTER / 2


def test_a_link_in_use_both_ways_is_pinged_for_its_clock_alone() -> None:
    at = pings(Alive(0.0), heard_every=1, said_every=1, seconds=60)
    assert set(gaps(at)) == {CLOCK_EVERY}


def test_a_peer_that_falls_silent_is_asked_long_before_it_counts_as_dead() -> None:
    alive = Alive(0.0)
    alive.ping(0.0)
    alive.heard(0.1)
    alive.said(3.9)
    assert 0.1 + PING_AFTER >= alive.ping_at() > 3.9
    assert alive.silence(0.1 + DEAD_AFTER) >= DEAD_AFTER


def test_only_the_answer_to_the_last_ping_measures() -> None:
    alive = Alive(0.0)
    first, second = alive.ping(1.0), alive.ping(5.0)
    assert alive.answered(first, 5.5) is None
    assert alive.answered(second, 5.5) == 0.5
