"""What a client asks Core about itself."""

from msgspec import Struct

from monitor.api.base import Read
from monitor.api.values import Timelength


class GetVersionResponse(Struct, frozen=True, kw_only=True):
    """Core's version."""

    version: str


class GetCoreInfoResponse(Struct, frozen=True, kw_only=True):
    """Settings of Core that clients act on."""

    title: str
    monitoring_interval: Timelength
    webhook_base_url: str
    """The address webhooks are sent to; Core's public address unless it is set."""
    transparent_mode: bool
    """Everybody may read everything."""
    ui_write_disabled: bool
    disable_non_admin_create: bool
    """Only administrators create resources."""
    disable_confirm_dialog: bool
    disable_websocket_reconnect: bool
    enable_fancy_toml: bool
    timezone: str
    """An IANA name; empty for the machine's."""
    public_key: str
    """What agents check Core by."""
    default_pagination_limit: int
    """What a list answers without `limit`; 0 is all."""


class GetVersion(Read[GetVersionResponse], frozen=True, kw_only=True):
    """Which version Core is."""


class GetCoreInfo(Read[GetCoreInfoResponse], frozen=True, kw_only=True):
    """Core's title, public address, public key and the switches that the browser app follows."""


REQUESTS = (
    GetVersion,
    GetCoreInfo,
)
