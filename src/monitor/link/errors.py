"""What can go wrong on the link, as its users see it."""

from __future__ import annotations


class NoLink(Exception):
    """A link could not be made. `code` is one of those below, `message` is for people.

    unreachable, timeout, tls, not_a_link, allowlist, version, handshake, core_key, agent_key, no_core_key,
    unknown_server, disabled, dialled, onboarding, failed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class LinkLost(Exception):
    """The link is no more. The text is the reason."""


class CallFailed(Exception):
    """The peer answered that it could not do it. `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class CallTimeout(Exception):
    """The peer did not answer in time; it was told to stop."""
