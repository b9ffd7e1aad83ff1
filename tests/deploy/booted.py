"""The commands of "Without containers" in deploy/README.md, and its units under systemd itself.

A Debian is booted in namespaces of its own, without a container engine. Two of the units'
protections are taken away there, as a root that is not a whole machine's cannot have them.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.deploy.bare_root import debian, not_to_be_built
from tests.deploy.dockerfile import Stage, in_stage
from tests.deploy.row import Row
from tests.deploy.validators import ROOT, chapter

WHAT = 'every command of "Without containers", with systemd booted, up to a served answer'

_SECONDS = 240  # for all that is done while it is booted

_CANNOT_HAVE = "[Service]\nPrivateDevices=no\nPrivateUsers=no\n"

_ANSWER = """
import json
from time import sleep
from urllib.request import Request, urlopen

body = json.dumps({"question": "How long do you keep call records?"}).encode()
for _ in range(60):
    try:
        asked = Request("http://127.0.0.1:8000/v1/ask", body, {"Content-Type": "application/json"})
        print(json.load(urlopen(asked))["status"])
        break
    except OSError:
        sleep(1)
"""

_ONCE_BOOTED = """[Service]
Type=oneshot
ExecStart=-/bin/bash -e -x /commands.sh
ExecStopPost=/bin/systemctl poweroff --force
StandardOutput=file:/said
StandardError=inherit
"""

_BOOT = """
mkdir "$0.cgroup" && mount -t cgroup2 none "$0.cgroup" && mkdir -p "$0.cgroup/qabot-deploy"
echo $$ > "$0.cgroup/qabot-deploy/cgroup.procs"
unshare --pid --mount --net --uts --ipc --cgroup --fork sh -c '
  set -e
  mount --bind "$0" "$0"
  mount -t proc proc "$0/proc"
  mount -t tmpfs tmpfs "$0/sys"
  mkdir -p "$0/sys/fs/cgroup"
  mount -t cgroup2 none "$0/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$0/run"
  mount -t tmpfs -o mode=755 tmpfs "$0/dev"
  mkdir "$0/dev/shm"
  for device in null zero full random urandom tty; do
    touch "$0/dev/$device"
    mount --bind "/dev/$device" "$0/dev/$device"
  done
  ln -s /proc/self/fd "$0/dev/fd"
  exec chroot "$0" env -i container=chroot PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
' "$0"
echo $$ > "$0.cgroup/cgroup.procs"
find "$0.cgroup/qabot-deploy" -depth -type d -exec rmdir {} +
"""


def installed_and_booted(folder: Path) -> Iterator[Row]:
    """Give a row for it."""
    if missing := not_to_be_built():
        yield Row(WHAT, "debootstrap, systemd", missing=missing)
        return
    try:
        machine = _installed(folder, debian(folder))
    except subprocess.CalledProcessError as error:
        yield Row(WHAT, "debootstrap", failure=f"{error}\n{error.stdout}\n{error.stderr}")
        return
    boot = ["unshare", "--mount", "sh", "-c", _BOOT, str(machine.root)]
    try:
        booted = subprocess.run(boot, capture_output=True, text=True, timeout=_SECONDS)
        why = booted.stdout + booted.stderr
    except subprocess.TimeoutExpired:
        why = f"it ran for more than {_SECONDS} seconds"
    report = machine.root / "said"
    if not report.exists():
        yield Row(WHAT, "systemd", missing=f"systemd cannot be booted here: {why.strip()[-200:]}")
        return
    said = report.read_text()
    held = "\nanswered\n" in said and "\nenabled\n" in said
    how = "debootstrap, systemd without PrivateDevices and PrivateUsers"
    yield Row(WHAT, how, failure="" if held else said[-4000:])


def _installed(folder: Path, base: Path) -> Stage:
    """Return a machine on which all was run that needs no systemd; the rest it does once booted."""
    root = folder / "machine"
    subprocess.run(["cp", "-a", base, root], check=True)
    machine = Stage(root, folder="/src")
    checkout = root / "src"
    for name in ("qabot", "deploy", "index/policies"):
        left_out = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / name, checkout / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout / name)
    _run(machine, ["apt-get -q update", f"{_APT} systemd dbus"])
    commands = chapter("Without containers")
    first = [line for line in commands if "systemctl" not in line]
    _run(machine, first)
    drop_in = root / "etc/systemd/system/qabot-.service.d/zz.conf"
    drop_in.write_text(_CANNOT_HAVE)
    (root / "answer.py").write_text(_ANSWER)
    then = [line for line in commands if "systemctl" in line]
    then += ["python3 /answer.py", "systemctl is-enabled qabot-serve"]
    (root / "commands.sh").write_text("\n".join(then))
    units = root / "etc/systemd/system"
    (units / "commands.service").write_text(_ONCE_BOOTED)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "commands.service").symlink_to("../commands.service")
    return machine


_APT = "DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends"


def _run(machine: Stage, commands: Sequence[str]) -> None:
    in_stage(machine, ["bash", "-e", "-c", "\n".join(commands)]).check_returncode()
