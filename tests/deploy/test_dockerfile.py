import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.dockerfile import instructions

ROOT = Path(__file__).resolve().parents[2]
STEPS = list(instructions(ROOT / "deploy" / "Dockerfile"))


def _pins(file: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "deploy" / file).read_text(), re.M)
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in found}


def test_every_stage_has_one_base_by_digest() -> None:
    """All stages begin with the same image, which its digest names beside its tag."""
    bases = {rest.split(" AS ")[0] for name, rest in STEPS if name == "FROM"}

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", bases.pop())


def test_what_the_image_installs_is_pinned_and_hashed() -> None:
    """Every version in it is the one that tests run with, and carries its files' hashes."""
    pinned, tested = _pins("requirements.txt"), _pins("constraints.txt")
    blocks = re.split(r"^(?=\w)", (ROOT / "deploy/requirements.txt").read_text(), flags=re.M)[1:]

    assert pinned.items() <= tested.items()
    assert {
        "fastapi",
        "faiss-cpu",
        "obstore",
        "opentelemetry-sdk",
        "psycopg-binary",
    } <= pinned.keys()
    assert all("--hash=sha256:" in block for block in blocks)


def test_what_is_copied_is_in_the_context() -> None:
    """.dockerignore lets in each file that a step copies, and leaves out what lies beside it."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    copied = [
        source
        for name, rest in STEPS
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]

    assert "*" in ignored
    assert sorted(copied) == sorted(let_in)
    assert all((ROOT / source).exists() for source in copied)


def test_final_stage_runs_as_nobody() -> None:
    """The last stage compiles and installs nothing, and its user is a number other than root's."""
    last = STEPS[max(i for i, (name, _) in enumerate(STEPS) if name == "FROM") :]

    assert [rest for name, rest in last if name == "USER"] == ["10001:10001"]
    assert not [rest for name, rest in last if name == "RUN" and re.search("apt|pip", rest)]


def test_manifests_agree_with_the_image() -> None:
    """Kubernetes mounts where the image keeps what it writes, as the user it names."""
    image = dict(STEPS)
    volumes = set(json.loads(image["VOLUME"]))
    user = int(image["USER"].split(":")[0])
    base = ROOT / "deploy/kustomize"
    files = [*base.glob("base/*.yaml")]
    found = [one for file in files for one in yaml.safe_load_all(file.read_text())]
    pods = [pod for one in found if (pod := _pod(one))]
    mounted = {
        mount["mountPath"]
        for pod in pods
        for container in pod["containers"]
        for mount in container.get("volumeMounts", ())
    }

    assert len(pods) == 3
    assert {pod["securityContext"]["runAsUser"] for pod in pods} == {user}
    assert mounted - {"/tmp"} <= volumes


def _pod(kind: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a Deployment or a CronJob runs."""
    spec = kind.get("spec", {})
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    return template["spec"] if template else None
