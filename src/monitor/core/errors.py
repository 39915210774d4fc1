"""Errors a caller is told about: an HTTP status, a sentence, and a code that programs can match on."""

from collections.abc import Sequence


class ApiError(Exception):
    """An answer other than success. `trace` holds the causes, from near to deep."""

    def __init__(
        self, status: int, message: str, *, code: str = "", trace: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code or _CODES.get(status, "error")
        self.trace = tuple(trace)

    def body(self) -> dict[str, object]:
        """The answer's JSON: `{"error", "trace", "code"}`."""
        return {"error": self.message, "trace": list(self.trace), "code": self.code}


_CODES = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    429: "rate_limited",
    500: "internal",
    501: "not_built",
    503: "unavailable",
}


def invalid(message: str, *, trace: Sequence[str] = ()) -> ApiError:
    """400: the request is malformed, or a value in it can't be."""
    return ApiError(400, message, trace=trace)


def unauthenticated(message: str = "Invalid user credentials") -> ApiError:
    """401: no or wrong credentials."""
    return ApiError(401, message)


def forbidden(message: str) -> ApiError:
    """403: the caller may see it but not do this."""
    return ApiError(403, message)


def not_found(kind: str, reference: str) -> ApiError:
    """404: there is none, or none the caller may see. Published clients match on the words."""
    return ApiError(404, f"Did not find any {kind} matching {reference}")


def conflict(message: str) -> ApiError:
    """409: it exists already, or changed meanwhile."""
    return ApiError(409, message)


def busy(message: str = "Resource is busy") -> ApiError:
    """409: a run holds the resource."""
    return ApiError(409, message, code="busy")


def unavailable(message: str, *, trace: Sequence[str] = ()) -> ApiError:
    """503: the server's agent is away, or failed."""
    return ApiError(503, message, trace=trace)
