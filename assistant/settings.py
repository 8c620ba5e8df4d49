"""Settings: environment variables `VEJVISER_*` or a `.env` file. Knows names, defaults and meaning; builds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import UserError

_NAME = "[a-z0-9][a-z0-9_-]{0,39}"


class Settings(BaseSettings):
    """Everything that can be set from outside. `vejviser doctor` prints each with its value and meaning."""

    model_config = SettingsConfigDict(
        env_prefix="VEJVISER_", env_file=".env", extra="ignore", use_attribute_docstrings=True, frozen=True
    )

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("vejviser", appauthor=False)))
    """Folder of conversations, libraries and indexes."""
    cache: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("vejviser", appauthor=False)))
    """Folder of what can be made again: the unpacked embedding model and the trained reader."""
    database_url: str = ""
    """Address of the conversations' database: `postgresql://…`, or `sqlite:///…` for a file; empty means a SQLite file in HOME."""
    embedding: str = "bundled"
    """`bundled`, or the name or folder of any sentence-transformers model."""
    libraries: str = Field(default="shipped,own", pattern=rf"^{_NAME}(,{_NAME})*$")
    """Libraries that the dialogue answers from, with commas between; those that do not exist are passed over."""
    threads: int = Field(default=1, ge=1, le=64)
    """Threads of one pass of the embedding model. With one, as many passes as there are cores run side by side; more make a single
    question hardly faster, and everything many times slower where others use the cores too."""
    maturity: str = "vejviser"
    """Folder below knowledge/maturity that holds the maturity model."""
    language: Literal["en", "da"] = "en"
    """Language when none is named on the command line."""
    model: str = Field(default="", pattern=r"^(?:[a-z][a-z0-9_]*:\S.*)?$")
    """A language model beside the rules: `openai:…`, `anthropic:…`, `ollama:…`, `gguf:/path/to/file.gguf`; empty means none."""
    model_base_url: str = Field(default="", pattern=r"^(?:https?://\S+)?$")
    """Address of the model's server; with `openai:…` any OpenAI-compatible one. Empty means the provider's own."""
    model_key: SecretStr = SecretStr("")
    """Key of the provider. Without one and without a BASE_URL, the provider's own variable counts (OPENAI_API_KEY …)."""
    model_timeout: float = Field(default=20.0, gt=0, le=600)
    """Seconds that the model may take for one turn, all calls and tries together; then the rules serve it."""
    model_tokens: int = Field(default=60_000, ge=0)
    """Tokens, sent and received, that one conversation may spend on the model; then the rules go on alone."""
    model_price: str = Field(default="", pattern=r"^(?:\d+(?:\.\d+)?,\d+(?:\.\d+)?)?$")
    """What a million tokens cost, sent and received, with a comma between (`0.15,0.60`); empty means that cost is not shown."""
    model_reword: bool = False
    """Whether the model also rewords the questions of the dialogue; a call more each turn."""
    retention_days: int = Field(default=365, ge=1)
    """How many days a conversation is kept after the last word in it; shown to the owner in the greeting, and kept to while serving."""
    log: Literal["auto", "json", "text"] = "auto"
    """Form of the logs: `json`, `text`, or `auto`, which is text at a terminal and JSON elsewhere. They never hold what people say."""
    turns_a_minute: int = Field(default=120, ge=0)
    """Turns that one conversation may take in a minute; one address may take four times as many. 0 means no limit."""
    proxies: str = "127.0.0.1"
    """Addresses of proxies, with commas between, whose word on who asks is taken; `*` means all."""
    metrics_from: str = "127.0.0.1,::1"
    """Addresses or networks, with commas between, that may read /metrics; empty means nobody."""


def load() -> Settings:
    """The settings in force.

    Raises:
        UserError: a variable holds a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "VEJVISER_" + "_".join(str(part) for part in first["loc"]).upper()
        given = "(hidden)" if name == "VEJVISER_MODEL_KEY" else repr(first["input"])
        raise UserError(f"{name}={given}: {_lower(first['msg'])}; correct it in the environment or in .env.") from error


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
