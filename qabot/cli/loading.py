"""Opens what commands run: the encoder, the cross-encoder, the bot."""

from pathlib import Path
from typing import TYPE_CHECKING

from qabot.cli.options import settings
from qabot.cli.printing import say
from qabot.errors import BadInput, BuildRefused, BuildStoreUnavailable

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.encoder.base import Encoder, Models
    from qabot.index.shared_releases import SharedReleases


def open_bot(index: Path) -> "Bot":
    """Return the bot of the live build; raises BuildRefused when there is none."""
    from qabot.answering.bot import Bot
    from qabot.index.releases import current_folder

    current_folder(index)  # without a build there is nothing to prepare an encoder for
    return Bot.open(index, load_models_of(index), require_milvus())


def releases_of(index: Path) -> "SharedReleases":
    """Return the builds of an index, and of the store that is set; raises BadInput."""
    from qabot.index.build_store import BuildStore
    from qabot.index.shared_releases import SharedReleases

    address = settings().builds
    store = BuildStore(address) if address else None
    return SharedReleases(index, store, require_milvus())


def require_build(releases: "SharedReleases") -> None:
    """Pull what is live in the store, if one is set; raises BuildRefused where nothing is live.

    Where the store is away, or what it has is refused, the build that is here does.
    """
    from qabot.index.releases import current_folder, current_id

    if releases.store:
        try:
            current = releases.current()
            if not (current.build or current_id(releases.index)):
                raise BuildRefused(
                    f"{releases.store.address}: nothing is indexed there yet; on the machine that "
                    "has the policies run, with the same QABOT_BUILDS: qabot index"
                )
            if releases.pull(current):
                say(f"Pulled {current.build} from {releases.store.address}.", err=True)
        except (BadInput, BuildRefused, BuildStoreUnavailable):
            if current_id(releases.index) is None:
                raise
    current_folder(releases.index)


def load_encoder_of(index: Path) -> "Encoder":
    """Return the encoder that is set, its export kept with the index; says so if that is made."""
    from qabot.encoder.load import ENCODERS, export_folder, load_encoder, require_pytorch

    encoder, exports = settings().encoder, index / ENCODERS
    if not export_folder(encoder, exports).exists():
        require_pytorch(encoder)
        say(f"Preparing the encoder {encoder}, once: about 20 seconds.", err=True)
    return load_encoder(encoder, exports)


def load_models_of(index: Path) -> "Models":
    """Return the encoder that is set and, unless that is off, the cross-encoder."""
    from qabot.encoder.base import Models
    from qabot.encoder.load import ENCODERS, load_cross_encoder

    encoder = load_encoder_of(index)
    judge = None
    if settings().cross_encoder:
        judge = load_cross_encoder(settings().encoder, index / ENCODERS)
    return Models(encoder, judge)


def require_milvus() -> str:
    """Return the address of Milvus that is set, or ""; raises BadInput without pymilvus."""
    from importlib.util import find_spec

    address = settings().milvus
    if address and find_spec("pymilvus") is None:
        raise BadInput(
            "QABOT_MILVUS is set, but pymilvus is not installed: pip install 'qabot[milvus]'"
        )
    return address
