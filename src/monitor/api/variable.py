"""Variables: values by name, written `[[NAME]]` in configurations."""

from msgspec import Struct

from monitor.api.base import Read, Write
from monitor.api.target import ResourceTarget


class Variable(Struct, frozen=True, kw_only=True):
    """A value by name. A secret one is answered as `########` to all but administrators."""

    name: str
    description: str = ""
    value: str = ""
    """May have several lines."""
    is_secret: bool = False
    """Its value is not shown in Updates and logs."""


class ListSecrets(Read[tuple[str, ...]], frozen=True, kw_only=True):
    """The names of the secrets in Core's settings. `target` is a Server or Builder; 400 for another kind."""

    target: ResourceTarget | None = None


class GetVariable(Read[Variable], frozen=True, kw_only=True):
    """One variable. 404 if there is none."""

    name: str


class ListVariables(Read[tuple[Variable, ...]], frozen=True, kw_only=True):
    """All variables, by name."""


class CreateVariable(Write[Variable], frozen=True, kw_only=True):
    """Creates a variable. 400 for a name that can't be, 409 if it is taken. Administrators only."""

    name: str
    """Letters, digits, `_`, `-` and `.`, a letter or `_` first."""
    value: str = ""
    description: str = ""
    is_secret: bool = False


class UpdateVariableValue(Write[Variable], frozen=True, kw_only=True):
    """Changes a variable's value. 404 if there is none. Administrators only."""

    name: str
    value: str


class UpdateVariableDescription(Write[Variable], frozen=True, kw_only=True):
    """Changes what a variable is said to be for. 404 if there is none. Administrators only."""

    name: str
    description: str


class UpdateVariableIsSecret(Write[Variable], frozen=True, kw_only=True):
    """Makes a variable secret, or takes that back. 404 if there is none. Administrators only."""

    name: str
    is_secret: bool


class DeleteVariable(Write[Variable], frozen=True, kw_only=True):
    """Deletes a variable. 404 if there is none. Administrators only."""

    name: str


REQUESTS = (
    ListSecrets,
    GetVariable,
    ListVariables,
    CreateVariable,
    UpdateVariableValue,
    UpdateVariableDescription,
    UpdateVariableIsSecret,
    DeleteVariable,
)
