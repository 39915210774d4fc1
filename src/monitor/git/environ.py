"""The environment git runs in: nothing of the host's configuration but its proxies and certificates.

The credentials of a source lie in a scratch folder and in the environment of git itself, never in an argv, in a
URL or in `.git/config`; they go with the folder. Traps this is built around:

- git asks GIT_ASKPASS for whatever host a redirect or a submodule names. The script answers for the very questions
  about the source's own origin, compared whole, and for no other.
- `GIT_CONFIG_COUNT` and `-c` do not reach all programs git starts (`safe.directory` is read from files only), and are
  unknown to git before 2.31. So the configuration is a file, found by HOME (old) and GIT_CONFIG_GLOBAL (from 2.32).
- `protocol.<name>.allow=user` does not hold for submodules; each allowed protocol is allowed "always", the rest never.
- ssh finds its home in the password database, not in HOME: hence `-F`, and all its files by name.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from monitor.git.address import Address

_KEPT = frozenset(
    {
        *("PATH", "TMPDIR", "TZ", "LD_LIBRARY_PATH"),
        *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"),
        *("http_proxy", "https_proxy", "no_proxy", "all_proxy"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"),
    }
)
_PROTOCOLS = ("https", "ssh", "git")
CONNECT_SECONDS = 20
STALLED_SECONDS = 120

_ASKPASS = """\
#!/bin/sh
case "$1" in
"$MONITOR_GIT_ASKS_NAME") printf '%s\\n' "$MONITOR_GIT_NAME" ;;
"$MONITOR_GIT_ASKS_WORD"|"$MONITOR_GIT_ASKS_WORD_QUOTED") printf '%s\\n' "$MONITOR_GIT_WORD" ;;
*) exit 1 ;;
esac
"""


def git_environ(
    address: Address, scratch: Path, known_hosts: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """Write what git needs into `scratch` (0700, of one job) and return the variables that point there."""
    home = scratch / "git"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = home / ".gitconfig"
    config.write_text(config_text(address))
    found = {name: value for name, value in environ.items() if name in _KEPT}
    found |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "LC_ALL": "C",
        "LANGUAGE": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": ":".join(_allowed(address)),
        "GIT_ASKPASS": "/bin/false",
        "SSH_ASKPASS": "/bin/false",
        "GIT_SSH_VARIANT": "ssh",
        "GIT_SSH_COMMAND": ssh_command(None, known_hosts),
        "GIT_OPTIONAL_LOCKS": "0",
    }
    if address.key:
        key = home / "key"
        write_private(key, address.key.encode())
        found["GIT_SSH_COMMAND"] = ssh_command(key, known_hosts)
    elif address.token:
        script = home / "askpass"
        script.write_text(_ASKPASS)
        script.chmod(0o700)
        found["GIT_ASKPASS"] = str(script)
        found |= _answers(address)
    return found


def _answers(address: Address) -> dict[str, str]:
    """The questions git may ask about the origin, word for word, and what is answered."""
    scheme, _, host = address.origin.partition("://")
    quoted = quote(address.username, safe="")
    return {
        "MONITOR_GIT_ASKS_NAME": f"Username for '{address.origin}': ",
        "MONITOR_GIT_ASKS_WORD": f"Password for '{scheme}://{address.username}@{host}': ",
        "MONITOR_GIT_ASKS_WORD_QUOTED": f"Password for '{scheme}://{quoted}@{host}': ",
        "MONITOR_GIT_NAME": address.username,
        "MONITOR_GIT_WORD": address.token,
    }


def _allowed(address: Address) -> tuple[str, ...]:
    return (*_PROTOCOLS, "http") if address.scheme == "http" else _PROTOCOLS


def config_text(address: Address) -> str:
    """The configuration: no hooks, no helpers, no other protocols, no work in the background."""
    protocols = "".join(
        f'[protocol "{name}"]\n\tallow = always\n' for name in sorted(_allowed(address))
    )
    return (
        "[core]\n\thooksPath = /dev/null\n\tfsmonitor = false\n\tsshCommand =\n"
        "[credential]\n\thelper =\n"
        f"[protocol]\n\tallow = never\n{protocols}"
        "[safe]\n\tdirectory = *\n"
        "[advice]\n\tdetachedHead = false\n"
        "[init]\n\tdefaultBranch = main\n\ttemplateDir =\n"
        "[gc]\n\tautoDetach = false\n[maintenance]\n\tautoDetach = false\n"
        f"[http]\n\tfollowRedirects = initial\n\tlowSpeedLimit = 1\n\tlowSpeedTime = {STALLED_SECONDS}\n"
    )


def ssh_command(key: Path | None, known_hosts: Path) -> str:
    """The value of GIT_SSH_COMMAND, which git gives to a shell: every word is quoted.

    A host is trusted at its first contact and from then on known; a changed host key is refused.
    """
    options = [
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "ForwardAgent=no",
        "ClearAllForwardings=yes",
        "StrictHostKeyChecking=accept-new",
        f'UserKnownHostsFile="{known_hosts}"',
        f"ConnectTimeout={CONNECT_SECONDS}",
        "ServerAliveInterval=15",
    ]
    identity = ("-i", str(key)) if key else ("-o", "PubkeyAuthentication=no")
    words = ["ssh", "-F", "/dev/null", *identity]
    for option in options:
        words += ["-o", option]
    return shlex.join(words)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only this user can read; nothing is followed and nothing replaced."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    fd = os.open(path, flags, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
