"""."""

from msgspec import Struct

from monitor.api.base import Read, Write


class OnboardingKey(Struct, frozen=True, kw_only=True):
    """."""

    public_key: str
    enabled: bool = False
    expires: int = 0
    name: str = ""
    onboarded: tuple[str, ...] = ()
    created_at: int = 0
    tags: tuple[str, ...] = ()
    privileged: bool = False
    copy_server: str = ""
    create_builder: bool = False


class CreateOnboardingKeyResponse(Struct, frozen=True, kw_only=True):
    """."""

    private_key: str
    created: OnboardingKey


class ListOnboardingKeys(Read[tuple[OnboardingKey, ...]], frozen=True, kw_only=True):
    """."""


class CreateOnboardingKey(Write[CreateOnboardingKeyResponse], frozen=True, kw_only=True):
    """."""

    name: str
    expires: int = 0
    private_key: str | None = None
    tags: tuple[str, ...] = ()
    privileged: bool = False
    copy_server: str = ""
    create_builder: bool = False


class UpdateOnboardingKey(Write[OnboardingKey], frozen=True, kw_only=True):
    """."""

    public_key: str
    enabled: bool | None = None
    name: str | None = None
    expires: int | None = None
    tags: tuple[str, ...] | None = None
    privileged: bool | None = None
    copy_server: str | None = None
    create_builder: bool | None = None


class DeleteOnboardingKey(Write[OnboardingKey], frozen=True, kw_only=True):
    """."""

    public_key: str


REQUESTS = (
    ListOnboardingKeys,
    CreateOnboardingKey,
    UpdateOnboardingKey,
    DeleteOnboardingKey,
)
