"""What is wrong with a message: by Slack's Python models, by arithmetic, by Slack's own types."""

import json
import re
import subprocess
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from qabot.slack.views.message import Message

NODE_MODULES = Path(__file__).resolve().parents[1] / "node" / "node_modules"

_OURS = re.compile(r"<(?:!subteam\^S|@[UW])[A-Z0-9_]+>")  # the pings that we write
_MRKDWN = re.compile(  # all of it: who is pinged, a link that we word, a small heading
    r"<!subteam\^S[A-Z0-9_]+>, please help\.|<https?://[^\s<>|]+\|Read it in the policy>|"
    r"\*(?:[^*_~`<>&]|&(?:amp|lt|gt);)+\*"
)
_IN_CONTAINER = {"actions", "context", "divider", "header", "image", "section", "table", "video"}


def faults(message: Message) -> list[str]:
    """Return what Slack would refuse of a message, or read as a ping that is not ours."""
    found = list(block_faults(message.blocks, most=50)) if message.blocks else []
    if not message.text.strip():
        found.append("no text")
    if len(message.text.encode()) > 4_000:
        found.append("text too long")
    if re.search(r"&(?!amp;|lt;|gt;)|[<>]", _OURS.sub("", message.text)):
        found.append("live mark in text")
    texts = [node["text"] for node in nodes(message.blocks) if isinstance(node.get("text"), str)]
    if sum(map(len, texts)) > 13_000:
        found.append("blocks too long")
    return found


def block_faults(blocks: Sequence[dict[str, Any]], most: int) -> Iterator[str]:
    """Yield what Slack would refuse of the blocks of a message or a view."""
    if not 0 < len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        yield from _refused_by_models(block)
        actions = [node["action_id"] for node in nodes(block) if "action_id" in node]
        if len(actions) != len(set(actions)):
            yield "an action twice in a block"
        if any(child["type"] not in _IN_CONTAINER for child in block.get("child_blocks", ())):
            yield "not for a container"
    for node in nodes(blocks):
        yield from _node_faults(node)


def refused_by_types(blocks: Iterable[Sequence[dict[str, Any]]], folder: Path) -> str:
    """Return what the TypeScript compiler has against these lists of blocks, by Slack's types.

    Of lists that differ in nothing but what is written in them, one is compiled.
    """
    compiler = NODE_MODULES / ".bin" / "tsc"
    if not compiler.exists():
        pytest.skip("TypeScript is not installed: npm ci --prefix tests/node")
    shapes = {json.dumps(_shape(list(one)), sort_keys=True) for one in blocks}
    source = 'import type { KnownBlock } from "@slack/types";\n' + "".join(
        f"export const blocks{number}: KnownBlock[] = {shape};\n"
        for number, shape in enumerate(sorted(shapes))
    )
    (folder / "blocks.ts").write_text(source, encoding="utf-8")
    (folder / "node_modules").symlink_to(NODE_MODULES)
    command = [str(compiler), "--noEmit", "--strict", "--module", "nodenext", "blocks.ts"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return f"{run.stdout}{run.stderr}"


def _shape(value: object, key: str = "") -> object:
    """Return a value without what is written in it: no type depends on that."""
    if isinstance(value, dict):
        return {name: _shape(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shape(inner) for inner in value]
    if isinstance(value, str) and key in ("text", "value", "url") and value:
        return "x"
    return value


def _refused_by_models(block: dict[str, Any]) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            parsed = Block.parse(block)
            made = parsed.to_dict() if parsed else None
            for child in block.get("child_blocks", ()):
                yield from _refused_by_models(child)
        except (SlackObjectFormationError, UserWarning) as error:
            yield str(error)
            return
    if made is None:
        yield f"unknown block {block['type']}"
    elif json.loads(json.dumps(made, default=vars)) != json.loads(json.dumps(block)):
        yield f"not read in full: {block['type']}"


def _node_faults(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind in ("text", "plain_text", "mrkdwn") and not node["text"]:
        yield "empty text"
    if kind == "mrkdwn" and not _MRKDWN.fullmatch(node["text"]):
        yield "text that is not ours in mrkdwn"
    if kind == "mrkdwn" and node["text"].startswith("*") and node.get("verbatim") is not True:
        yield "a heading that may ping"
    if kind in ("broadcast", "date", "emoji", "markdown"):
        yield f"a {kind}"
    if len(node.get("value", "")) > 2_000 or len(node.get("url", "")) > 3_000:
        yield "value or address too long"
    if "url" in node and not node["url"].startswith(("http://", "https://")):
        yield "not a link"
    if "elements" in node and not node["elements"]:
        yield "no elements"


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object of blocks, in the order of reading."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from nodes(inner)
