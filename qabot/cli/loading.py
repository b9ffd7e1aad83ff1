"""Opens what commands run: the encoder, the cross-encoder, the bot."""

from pathlib import Path
from typing import TYPE_CHECKING

from qabot.cli.options import settings
from qabot.cli.printing import say
from qabot.errors import BadInput

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.encoder.base import Encoder, Models


def open_bot(index: Path) -> "Bot":
    """Return the bot of the live build; raises BuildRefused when there is none."""
    from qabot.answering.bot import Bot
    from qabot.index.releases import current_folder

    current_folder(index)  # without a build there is nothing to prepare an encoder for
    return Bot.open(index, load_models_of(index))


def load_encoder_of(index: Path) -> "Encoder":
    """Return the encoder that is set, its export kept with the index; says so if that is made."""
    from qabot.answering.bot import ENCODERS
    from qabot.encoder.load import export_folder, load_encoder, require_pytorch

    encoder, exports = settings().encoder, index / ENCODERS
    if not export_folder(encoder, exports).exists():
        require_pytorch(encoder)
        say(f"Preparing the encoder {encoder}, once: about 20 seconds.", err=True)
    return load_encoder(encoder, exports)


def load_models_of(index: Path) -> "Models":
    """Return the encoder that is set and, unless that is off, the cross-encoder."""
    from qabot.answering.bot import ENCODERS
    from qabot.encoder.base import Models
    from qabot.encoder.load import load_cross_encoder

    encoder = load_encoder_of(index)
    judge = None
    if settings().cross_encoder:
        judge = load_cross_encoder(settings().encoder, index / ENCODERS)
    return Models(encoder, judge, require_milvus())


def require_milvus() -> str:
    """Return the address of Milvus that is set, or ""; raises BadInput without pymilvus."""
    from importlib.util import find_spec

    address = settings().milvus
    if address and find_spec("pymilvus") is None:
        raise BadInput(
            "QABOT_MILVUS is set, but pymilvus is not installed: pip install 'qabot[milvus]'"
        )
    return address
