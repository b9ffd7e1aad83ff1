"""What is wrong with an app manifest: by Slack's TypeScript types, and by the lengths it publishes.

Slack's JSON schema of manifests (github.com/slackapi/manifest-schema) is in no package of npm or
PyPI. The nearest that can be installed is the argument of `apps.manifest.create` in Slack's own
`@slack/web-api`: it knows every key, scope and event by name. It knows no lengths; those below are
the schema's. Neither says which scope a method or an event needs.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.slack.programs import installed

Json = dict[str, Any]

UNKNOWN_SCOPES = frozenset({"assistant:write"})
"""Scopes that Slack has and `@slack/web-api` 8.2 does not know."""

_TOP = {"_metadata", "display_information", "features", "oauth_config", "settings"}
_LENGTHS = {  # of the texts at these places: the fewest and the most characters
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "display_information.background_color": (4, 7),
    "features.bot_user.display_name": (1, 80),
    "features.agent_view.agent_description": (0, 300),
    "features.shortcuts.name": (1, 24),
    "features.shortcuts.callback_id": (1, 255),
    "features.shortcuts.description": (1, 150),
    "features.slash_commands.command": (2, 32),
    "features.slash_commands.description": (1, 2000),
    "features.slash_commands.usage_hint": (1, 1000),
    "features.slash_commands.url": (8, 3000),
}
_COUNTS = {
    "features.agent_view.suggested_prompts": 4,
    "features.shortcuts": 10,
    "features.slash_commands": 50,
}


def manifest_faults(manifest: Json) -> list[str]:
    """Return what Slack would refuse and its types do not say."""
    features = manifest.get("features", {})
    found = [f"unknown key {key}" for key in manifest.keys() - _TOP]
    found += [
        f"{command['command']} does not begin with a slash"
        for command in features.get("slash_commands", ())
        if not command["command"].startswith("/")
    ]
    if {"agent_view", "assistant_view"} <= features.keys():
        found.append("both views")
    return [*found, *_sizes(manifest)]


def refused_by_types(manifest: Json, folder: Path) -> list[str]:
    """Return what the TypeScript compiler, at work in `folder`, has against it by Slack's types."""
    compiler = installed("typescript", "bin", "tsc")
    modules = installed("@slack", "web-api").parents[1]
    source = (
        'import type { AppsManifestCreateArguments as Arguments } from "@slack/web-api";\n'
        f'export const manifest: Arguments["manifest"] = {json.dumps(_known(manifest))};\n'
    )
    (folder / "manifest.ts").write_text(source, encoding="utf-8")
    (folder / "node_modules").symlink_to(modules)
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"]
    command = [str(compiler), *options, "manifest.ts"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return (run.stdout + run.stderr).splitlines()


def _sizes(value: object, place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _sizes(inner, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        if len(value) > _COUNTS.get(place, 255):
            yield f"{place}: {len(value)} entries"
        for inner in value:
            yield from _sizes(inner, place)
    elif isinstance(value, str):
        fewest, most = _LENGTHS.get(place, (0, 3000))
        if not fewest <= len(value) <= most:
            yield f"{place}: {len(value)} characters"


def _known(manifest: Json) -> Json:
    """Return the manifest without the scopes that the types do not know."""
    known: Json = json.loads(json.dumps(manifest))
    scopes = known.get("oauth_config", {}).get("scopes", {})
    for kind, names in scopes.items():
        scopes[kind] = [name for name in names if name not in UNKNOWN_SCOPES]
    return known
