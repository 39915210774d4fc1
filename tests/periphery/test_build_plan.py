"""What `docker build` is told: no value of an argument or a secret stands in it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.link.builds import BuildImage
from monitor.periphery.build_plan import Build, is_pushed, plan_build, references, take_build_args
from monitor.periphery.job import JobFailed

BUILD = BuildImage(name="web", images=("reg:5000/me/web", "web"), tags=("latest", "1.0.0"))


def plan(build: BuildImage, **secrets: str) -> Build:
    return plan_build(
        build,
        ("web:1",),
        dockerfile=Path("/b/Dockerfile"),
        context=Path("/b"),
        secret_in=lambda text: next((n for n, value in secrets.items() if value in text), None),
    )


def test_every_image_gets_every_tag_and_the_short_hash() -> None:
    with_hash = replace(BUILD, commit_tag="-arm")
    assert references(with_hash, "0123456789abcdef") == (
        *("reg:5000/me/web:latest", "reg:5000/me/web:1.0.0", "reg:5000/me/web:0123456-arm"),
        *("web:latest", "web:1.0.0", "web:0123456-arm"),
    )
    assert len(references(with_hash, "")) == 4


@pytest.mark.parametrize("image", ["-x", "a b", "A", "a;b", "a\n", "../a", "a:b:c", "", "a" * 300])
def test_an_image_name_that_is_none_is_refused(image: str) -> None:
    with pytest.raises(JobFailed, match="The image name"):
        references(replace(BUILD, images=(image,)), "")


@pytest.mark.parametrize("tag", ["-x", "a b", "", "a/b", "a\n", "x" * 129])
def test_a_tag_that_is_none_is_refused(tag: str) -> None:
    with pytest.raises(JobFailed, match="The image tag"):
        references(replace(BUILD, tags=(tag,)), "")


def test_only_names_with_a_registry_are_pushed() -> None:
    names = ["reg:5000/a", "ghcr.io/a/b:1", "localhost/a", "a", "me/a"]
    assert [is_pushed(name) for name in names] == [True, True, True, False, False]


def test_values_stand_in_the_environment_and_not_in_the_arguments() -> None:
    found = plan(
        replace(
            BUILD,
            build_args=(("A", "value one"), ("TZ", "UTC")),
            secret_args=(
                ("TOKEN", "word-1"),
                ("PATH", "word-2"),
                ("A", "word-3"),
                ("x.y", "word-4"),
            ),
            labels=(("l", "$(id)"),),
            extra_args=("--no-cache", "--build-arg B='value two'"),
        )
    )
    assert found.arguments == (
        *("--tag", "web:1", "--build-arg", "A", "--build-arg", "B", "--build-arg", "TZ=UTC"),
        *("--secret", "id=TOKEN,env=TOKEN", "--secret", "id=PATH,env=BUILD_SECRET_1"),
        *("--secret", "id=A,env=BUILD_SECRET_2", "--secret", "id=x.y,env=BUILD_SECRET_3"),
        *("--label", "l=$(id)", "--no-cache", "--file", "/b/Dockerfile", "--", "/b"),
    )
    assert found.environ == {
        "A": "value one",
        "B": "value two",
        "TOKEN": "word-1",
        "BUILD_SECRET_1": "word-2",
        "BUILD_SECRET_2": "word-3",
        "BUILD_SECRET_3": "word-4",
    }


def test_a_secret_that_would_be_an_argument_is_refused_by_name() -> None:
    secret = "canary-secret"
    for build in (
        replace(BUILD, labels=(("l", f"a {secret}"),)),
        replace(BUILD, extra_args=(f"--add-host={secret}",)),
        replace(BUILD, build_args=(("HTTP_PROXY", f"http://u:{secret}@proxy"),)),
    ):
        with pytest.raises(JobFailed, match="The secret KEY would stand in the command line"):
            plan(build, KEY=secret)
    assert plan(replace(BUILD, build_args=(("K", secret),)), KEY=secret).environ == {"K": secret}


@pytest.mark.parametrize("name", ["", "a=b", "a,b", "a b", "-a"])
def test_names_of_arguments_that_can_not_be_are_refused(name: str) -> None:
    with pytest.raises(JobFailed):
        plan(replace(BUILD, secret_args=((name, "v"),)))
    if name in {"", "a=b", "a b"}:
        with pytest.raises(JobFailed):
            plan(replace(BUILD, build_args=((name, "v"),)))


def test_build_args_among_extra_arguments_are_taken_in_both_forms() -> None:
    words = ["--build-arg", "A=1", "--pull", "--build-arg=B=2=3", "--build-arg", "C", "--build-arg"]
    assert take_build_args(words) == (
        [("A", "1"), ("B", "2=3")],
        ["--pull", "--build-arg", "C", "--build-arg", ""],
    )
