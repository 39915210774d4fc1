"""Everything between a git push and a running container: git server, registry, Core, an agent, a build on a builder."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING, Any

import aiohttp
from msgspec import Struct

from docker_fixtures import FOREVER, REGISTRY_TOKEN, REGISTRY_USER, docker
from git_fixtures import GIT_TOKEN, GIT_USER, GitServer, Repository
from monitor.api.activity import ListUpdates
from monitor.api.build import Build, CreateBuild, GetBuild
from monitor.api.builder import CreateBuilder
from monitor.api.deployment import CreateDeployment, Deployment
from monitor.api.provider import CreateGitProviderAccount, CreateImageRegistryAccount
from monitor.api.server import Server
from monitor.api.update import Update
from monitor.api.values import Version

if TYPE_CHECKING:
    from monitor.client import Client
    from world import RunningAgent, RunningCore

WEBHOOK_SECRET = "canary-webhook-77aa"


class Works(Struct, kw_only=True):
    """The parts, and one build `name` whose repository is private and whose image goes to a registry with login."""

    name: str
    core: RunningCore
    agent: RunningAgent
    admin: Client
    server: Server
    repository: Repository
    git_server: GitServer
    registry: str
    base: str

    @property
    def image(self) -> str:
        """The image's name without tag."""
        return f"{self.registry}/{REGISTRY_USER}/{self.name}"

    def dockerfile(self, *more: str, text: str = "one") -> str:
        """A Dockerfile of a service that knows the version it was built as."""
        lines = (
            f"FROM {self.base}",
            "ARG VERSION",
            f'RUN echo "$VERSION" > /version; echo {text} > /text',
            *more,
            f'CMD ["sh","-c","{FOREVER}"]',
        )
        return "\n".join(lines) + "\n"

    def push(self, *more: str, text: str = "one", **files: str) -> str:
        """Commit a Dockerfile to the repository; returns the hash."""
        return self.repository.commit({"Dockerfile": self.dockerfile(*more, text=text), **files})

    async def build(self, **config: Any) -> Build:
        """Create the accounts, the builder and the build."""
        await self.admin.send(
            CreateGitProviderAccount(
                account={
                    "domain": self.git_server.provider,
                    "username": GIT_USER,
                    "token": GIT_TOKEN,
                }
            )
        )
        await self.admin.send(
            CreateImageRegistryAccount(
                account={
                    "domain": self.registry,
                    "username": REGISTRY_USER,
                    "token": REGISTRY_TOKEN,
                }
            )
        )
        await self.admin.send(
            CreateBuilder(
                name="here", config={"type": "Server", "params": {"server": self.server.id}}
            )
        )
        return await self.admin.send(CreateBuild(name=self.name, config=self.config(**config)))

    def config(self, **more: Any) -> dict[str, Any]:
        """A build's config."""
        return {
            "builder": "here",
            "git_provider": self.git_server.provider,
            "git_account": GIT_USER,
            "repo": self.repository.name,
            "image_registry": [{"domain": self.registry, "account": REGISTRY_USER}],
            "extra_args": ["--network none"],
            **more,
        }

    async def deployment(
        self, name: str, client: Client | None = None, **config: Any
    ) -> Deployment:
        """A deployment of the build that follows it, made by the administrator or somebody else."""
        return await (client or self.admin).send(
            CreateDeployment(
                name=name,
                config={
                    "server": self.server.id,
                    "image": {"type": "Build", "params": {"build": self.name}},
                    "redeploy_on_build": True,
                    "network": "none",
                    "termination_timeout": 1,
                    **config,
                },
            )
        )

    async def version(self) -> Version:
        """The build's version now."""
        return (await self.admin.send(GetBuild(build=self.name))).config.version

    async def hook(self, commit: str, *, branch: str = "main") -> int:
        """Tell Core of a push as GitHub does; the answer's status."""
        body = json.dumps({"ref": f"refs/heads/{branch}", "after": commit}).encode()
        signature = hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "X-Hub-Signature-256": f"sha256={signature}",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": str(uuid.uuid4()),
            "Content-Type": "application/json",
        }
        url = f"{self.core.url}/listener/github/build/{self.name}"
        async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as a:
            return a.status

    async def newest(self, **query: Any) -> Update:
        """The newest Update that matches, at its end."""
        found = await self.admin.send(ListUpdates(query=query))
        return await self.admin.wait(found.updates[0].id)

    async def tags(self) -> set[str]:
        """What the registry has of the image."""
        login = base64.b64encode(f"{REGISTRY_USER}:{REGISTRY_TOKEN}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        url = f"http://{self.registry}/v2/{REGISTRY_USER}/{self.name}/tags/list"
        async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as answer:
            return set((await answer.json()).get("tags") or ())

    def remove_images(self) -> None:
        """Remove what was built."""
        found = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split()
        ours = [one for one in found if self.name in one]
        if ours:
            docker("image", "rm", "--force", *ours, check=False)


def failing_stage(update: Update) -> tuple[str, str]:
    """The first stage that failed, and all it said."""
    log = next(log for log in update.logs if not log.success)
    return log.stage, f"{log.stdout}\n{log.stderr}"
