"""What this Core is: its version and the settings clients need."""

from monitor.api.core_info import (
    GetCoreInfo,
    GetCoreInfoResponse,
    GetVersion,
    GetVersionResponse,
)
from monitor.api.values import Timelength
from monitor.core.context import Context
from monitor.core.routes import Enabled, Routes

COMPATIBLE = "2.3.2"
"""The version of the API that clients of Komodo check for."""

routes = Routes()


@routes.answers(GetVersion, Enabled())
async def _version(_request: GetVersion, _ctx: Context) -> GetVersionResponse:
    return GetVersionResponse(version=COMPATIBLE)


@routes.answers(GetCoreInfo, Enabled())
async def _info(_request: GetCoreInfo, ctx: Context) -> GetCoreInfoResponse:
    settings = ctx.app.settings
    return GetCoreInfoResponse(
        title=settings.title,
        monitoring_interval=Timelength.SECONDS_5,
        webhook_base_url=settings.webhook_base_url or settings.host,
        transparent_mode=settings.transparent_mode,
        ui_write_disabled=settings.ui_write_disabled,
        disable_non_admin_create=settings.disable_non_admin_create,
        disable_confirm_dialog=settings.disable_confirm_dialog,
        disable_websocket_reconnect=False,
        enable_fancy_toml=False,
        timezone=settings.timezone,
        public_key=ctx.app.links.public_key,
        default_pagination_limit=0,
    )
