"""What a caller is told when an agent is away, or could not do what it was asked."""

from monitor.core.errors import ApiError, invalid
from monitor.link.errors import CallFailed, CallTimeout, LinkLost


class ServerAway(ApiError):
    """503: a server's agent is not connected; the message says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(503, f"Server {name} is not reached: {reason}", code="server_away")


def refused(name: str, error: LinkLost | CallTimeout | CallFailed) -> ApiError:
    """What went wrong between Core and the agent of the server `name`, as an answer."""
    if isinstance(error, LinkLost):
        return ServerAway(name, str(error))
    if isinstance(error, CallTimeout):
        return ApiError(503, f"Server {name}: {error}", code="timeout")
    if error.code == "not_found":
        return ApiError(404, error.message, code="not_found")
    if error.code in {"invalid", "bad_command"}:
        return invalid(error.message)
    return ApiError(503, error.message, code=error.code)
