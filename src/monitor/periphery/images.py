"""Pulling images."""

from typing import Literal

from monitor.link.commands import RegistryLogin
from monitor.periphery.engine import Engine
from monitor.periphery.job import Job, JobFailed

PULL_SECONDS = 6 * 3600.0


async def pull(job: Job, engine: Engine, image: str, login: RegistryLogin | None) -> None:
    """Pull `image` within the current stage. Raises JobFailed."""
    async with engine.signed_in(job, login) as env:
        await engine.change(job, "pull", "--", image, env=env, seconds=PULL_SECONDS)


async def provide(
    job: Job,
    engine: Engine,
    image: str,
    login: RegistryLogin | None,
    policy: Literal["always", "missing", "never"],
) -> None:
    """Make sure `image` is here, in a stage of its own if there is anything to do.

    A pull that fails is no failure where the image is here already. Raises JobFailed if it is not.
    """
    here = await engine.image_id(image)
    if here is not None and policy != "always":
        return
    with job.stage("Pull", f"docker pull -- {image}"):
        if policy == "never":
            raise JobFailed(f"The image {image} is not on this server")
        try:
            await pull(job, engine, image, login)
        except JobFailed as error:
            if here is None:
                raise JobFailed(f"The image cannot be pulled: {error}") from error
            job.line(f"The pull failed. {image} is on this server already, and that one is used.")
