"""What is logged of requests that are no HTTP: one line, and nothing of what they hold, which may be a secret."""

import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

_CLIENTS_FAULT = (HttpProcessingError, web.RequestPayloadError)


class OneLine(logging.Filter):
    """Takes the traceback, which quotes the request, from records of what clients did wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _CLIENTS_FAULT):
            record.exc_info = None
            record.exc_text = None
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args = "a request was no HTTP: %s", (type(error).__name__,)
        return True


def keep_requests_out() -> None:
    """Have aiohttp log so."""
    logger = logging.getLogger("aiohttp.server")
    if not any(isinstance(one, OneLine) for one in logger.filters):
        logger.addFilter(OneLine())
