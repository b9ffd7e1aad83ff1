"""What can be set without a release: the only reader of the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from qabot.encode import DEFAULT


class Settings(BaseSettings):
    """Each field is read from QABOT_ and its name in capitals, e.g. QABOT_INDEX."""

    model_config = SettingsConfigDict(env_prefix="QABOT_", frozen=True)

    index: Path = Field(default=Path("index"), description="folder that holds the builds")
    encoder: str = Field(
        default=DEFAULT,
        description="sentence-transformers model, by name or folder; passages and questions",
    )
