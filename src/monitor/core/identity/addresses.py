"""Where a call comes from. What proxies say counts only from those that are configured as such."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks from addresses or CIDR. Raises ValueError naming what is neither."""
    return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts if text.strip())


def client_address(peer: str, headers: Mapping[str, str], proxies: Sequence[Network]) -> str:
    """The caller's address: the peer of the connection, or what trusted proxies say it is.

    `X-Forwarded-For` is read from its end, which the proxy nearest to us wrote, up to the first address
    that is not a trusted proxy; what stands before it anybody may have written. Without that header
    `X-Real-IP` counts. `headers` is case-insensitive.
    """
    address = _parse(peer)
    if address is None or not _is_within(address, proxies):
        return str(address or peer)
    forwarded = headers.get("X-Forwarded-For")
    if not forwarded:
        real = _parse(headers.get("X-Real-IP", ""))
        return str(real or address)
    for text in reversed(forwarded.split(",")):
        said = _parse(text)
        if said is None:
            break
        address = said
        if not _is_within(said, proxies):
            break
    return str(address)


def is_https(
    peer: str, scheme: str, headers: Mapping[str, str], proxies: Sequence[Network]
) -> bool:
    """Whether the caller's side of the connection is encrypted; `X-Forwarded-Proto` from proxies counts."""
    address = _parse(peer)
    if address is not None and _is_within(address, proxies):
        said = headers.get("X-Forwarded-Proto", "").split(",")[-1].strip().lower()
        if said:
            return said == "https"
    return scheme == "https"


def _parse(text: str) -> _Address | None:
    text = text.strip()
    if text.startswith("["):  # [::1]:1234
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 10.0.0.1:1234
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_within(address: _Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
