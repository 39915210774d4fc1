"""Passwords, names, limits and addresses, each on its own."""

import asyncio
import time

import pytest
from multidict import CIMultiDict

from monitor.core.errors import ApiError
from monitor.core.identity.addresses import client_address, is_https, parse_networks
from monitor.core.identity.limiter import Limiter, address_key, user_key
from monitor.core.identity.passwords import Passwords, check_password, check_username


async def test_a_password_is_verified_against_its_hash_alone() -> None:
    passwords = Passwords()
    kept = await passwords.hash("pässword \ud800")
    assert kept.startswith("$argon2id$")
    assert await passwords.verify(kept, "pässword \ud800")
    assert not await passwords.verify(kept, "password")
    assert not await passwords.verify("no hash", "password")
    assert not passwords.is_outdated(kept)


@pytest.mark.alone
async def test_an_unknown_user_takes_as_long_as_a_known_one() -> None:
    passwords = Passwords()
    kept = await passwords.hash("right")
    assert not await passwords.verify(None, "right")

    async def timed(kept: str | None) -> float:
        started = time.perf_counter()
        await passwords.verify(kept, "wrong")
        return time.perf_counter() - started

    known = min([await timed(kept) for _ in range(9)])
    unknown = min([await timed(None) for _ in range(9)])
    assert 0.5 < unknown / known < 2


@pytest.mark.alone
async def test_many_log_ins_at_once_leave_the_loop_free() -> None:
    passwords = Passwords()
    work = [asyncio.create_task(passwords.hash("x")) for _ in range(6)]
    worst = 0.0
    while not all(task.done() for task in work):
        started = time.perf_counter()
        await asyncio.sleep(0.005)
        worst = max(worst, time.perf_counter() - started)
    assert worst < 0.2


@pytest.mark.parametrize("name", ["", "x" * 101, "a b", "a/b", "ä", "a" * 24, "a\n"])
def test_what_is_no_username_is_refused(name: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_username(name)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 1_001, "with\nnewline", "del\x7f-char-in-it"]
)
def test_what_is_no_password_is_refused(password: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_password(password, shortest=8)
    assert refused.value.status == 400
    assert not password or password not in refused.value.message


def test_usual_names_and_passwords_are_taken() -> None:
    check_username("ann.o-nym_1@example.com")
    check_password("correct horse ü", shortest=8)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_sixth_failure_waits_and_old_ones_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(clock=clock)
    for n in range(5):
        assert limiter.remaining("a") == 5 - n
        limiter.admit("a", "b")
        clock.now += 1
    with pytest.raises(ApiError, match=r"Too many attempts \| Try again in 10s") as refused:
        limiter.admit("a")
    assert refused.value.status == 429
    with pytest.raises(ApiError):
        limiter.admit("b", "c")
    limiter.admit("c")
    clock.now += 10
    limiter.admit("a")
    with pytest.raises(ApiError):
        limiter.admit("a")


def test_a_success_does_not_count() -> None:
    limiter = Limiter(clock=Clock())
    for _ in range(20):
        limiter.admit("a")
        limiter.forgive("a")
    assert limiter.remaining("a") == 5


def test_the_limiter_forgets_the_oldest_when_it_is_full() -> None:
    limiter = Limiter(clock=Clock(), keys=100)
    limiter.admit("oldest")
    for n in range(500):
        limiter.admit(f"user {n}")
    assert limiter.remaining("oldest") == 5
    assert limiter.remaining("user 400") == 4
    assert len(limiter._failures) == 100


def test_one_ipv6_network_is_one_address() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:1")
    assert address_key("2001:db8::1") != address_key("2001:db8:0:1::1")
    assert address_key("10.0.0.1") != address_key("10.0.0.2")
    assert user_key("Ann") == user_key("ann")


PROXIES = parse_networks(["10.0.0.0/8", "::1", "192.168.1.7"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.1.1.1", None, "10.1.1.1"),
        ("10.1.1.1", "9.9.9.9", "9.9.9.9"),
        ("10.1.1.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.1.1.1", "6.6.6.6, 9.9.9.9, 10.2.2.2", "9.9.9.9"),
        ("10.1.1.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        ("10.1.1.1", "9.9.9.9, nonsense", "10.1.1.1"),
        ("10.1.1.1", "9.9.9.9:1234", "9.9.9.9"),
        ("::1", "[2001:db8::1]:1234", "2001:db8::1"),
        ("::ffff:10.1.1.1", "9.9.9.9", "9.9.9.9"),
        ("::ffff:1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("", "9.9.9.9", ""),
    ],
)
def test_forwarded_addresses_count_from_proxies_alone(
    peer: str, forwarded: str | None, expected: str
) -> None:
    headers = CIMultiDict({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_address(peer, headers, PROXIES) == expected


def test_x_real_ip_counts_where_nothing_was_forwarded() -> None:
    headers = CIMultiDict({"X-Real-IP": "9.9.9.9"})
    assert client_address("10.1.1.1", headers, PROXIES) == "9.9.9.9"
    assert client_address("1.2.3.4", headers, PROXIES) == "1.2.3.4"


def test_the_forwarded_scheme_counts_from_proxies_alone() -> None:
    headers = CIMultiDict({"X-Forwarded-Proto": "https"})
    assert is_https("10.1.1.1", "http", headers, PROXIES)
    assert not is_https("1.2.3.4", "http", headers, PROXIES)
    assert is_https("1.2.3.4", "https", CIMultiDict(), PROXIES)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        parse_networks(["nonsense"])
