"""."""

from msgspec import Struct

from monitor.api.base import Read
from monitor.api.values import Timelength


class GetVersionResponse(Struct, frozen=True, kw_only=True):
    """."""

    version: str


class GetCoreInfoResponse(Struct, frozen=True, kw_only=True):
    """."""

    title: str
    monitoring_interval: Timelength
    webhook_base_url: str
    transparent_mode: bool
    ui_write_disabled: bool
    disable_non_admin_create: bool
    disable_confirm_dialog: bool
    disable_websocket_reconnect: bool
    enable_fancy_toml: bool
    timezone: str
    public_key: str
    default_pagination_limit: int


class GetVersion(Read[GetVersionResponse], frozen=True, kw_only=True):
    """."""


class GetCoreInfo(Read[GetCoreInfoResponse], frozen=True, kw_only=True):
    """."""


REQUESTS = (
    GetVersion,
    GetCoreInfo,
)
