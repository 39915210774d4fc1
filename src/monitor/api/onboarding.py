"""Onboarding keys: what a new server's agent shows Core to be accepted."""

from msgspec import Struct

from monitor.api.base import Read, Write
from monitor.api.marks import Count


class OnboardingKey(Struct, frozen=True, kw_only=True):
    """An onboarding key, without its secret."""

    public_key: str
    enabled: bool = False
    expires: Count = 0
    """Unix milliseconds; 0 is never."""
    name: str = ""
    onboarded: tuple[str, ...] = ()
    """Ids of the servers that came by it."""
    created_at: int = 0
    """Unix milliseconds."""
    tags: tuple[str, ...] = ()
    """Names of the tags that new servers get."""
    privileged: bool = False
    """Also lets an agent take the place of a server that is there already."""
    copy_server: str = ""
    """The server whose config new ones get."""
    create_builder: bool = False
    """Also make a builder for each new server."""
    uses: Count = 0
    """How many servers it may bring in all; 0 is any number. Ours."""


class CreateOnboardingKeyResponse(Struct, frozen=True, kw_only=True):
    """A new onboarding key with its secret, which is answered this once."""

    private_key: str
    """What to give the agent."""
    created: OnboardingKey


class ListOnboardingKeys(Read[tuple[OnboardingKey, ...]], frozen=True, kw_only=True):
    """All onboarding keys: those that never expire first, then the latest expiry first.

    Administrators only.
    """


class CreateOnboardingKey(Write[CreateOnboardingKeyResponse], frozen=True, kw_only=True):
    """Creates an onboarding key. Administrators only."""

    name: str
    expires: Count = 0
    """Unix milliseconds; 0 is never."""
    private_key: str | None = None
    """The secret to use; without one it is made."""
    tags: tuple[str, ...] = ()
    privileged: bool = False
    copy_server: str = ""
    create_builder: bool = False
    uses: Count = 0
    """How many servers it may bring in all; 0 is any number. Ours."""


class UpdateOnboardingKey(Write[OnboardingKey], frozen=True, kw_only=True):
    """Changes what is given of an onboarding key. 404 if there is none. Administrators only."""

    public_key: str
    enabled: bool | None = None
    name: str | None = None
    expires: Count | None = None
    tags: tuple[str, ...] | None = None
    privileged: bool | None = None
    copy_server: str | None = None
    create_builder: bool | None = None


class DeleteOnboardingKey(Write[OnboardingKey], frozen=True, kw_only=True):
    """Deletes an onboarding key; servers that came by it stay.

    404 if there is none. Administrators only.
    """

    public_key: str


REQUESTS = (
    ListOnboardingKeys,
    CreateOnboardingKey,
    UpdateOnboardingKey,
    DeleteOnboardingKey,
)
