"""From one setting to a model: `openai:…`, `anthropic:…`, `ollama:…`, `gguf:/path`, or any other provider that LangChain knows.

Nothing of a provider is imported before this is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.chat import ChatModel
from assistant.errors import UserError

EXTRAS = {
    "openai": "langchain-openai", "anthropic": "langchain-anthropic", "ollama": "langchain-ollama", "gguf": "xllamacpp",
}  # fmt: skip
"""Provider -> the package that its extra (`vejviser[openai]`) installs."""
LOCAL_ANSWER = 600
HOSTED_ANSWER = 4000
"""Tokens of one answer at the most; hosted models may spend a part of them on thinking."""
_NO_KEY = "none"


def connect(setting: str, *, base_url: str = "", key: str = "", seconds: float = 30.0) -> ChatModel:
    """The model that `setting` names; nothing is sent yet.

    Args:
        setting: `provider:model`.
        base_url: Address of the provider; with `openai:` any OpenAI-compatible server.
        key: Its key; without one the provider's own environment variable counts, but never for a `base_url`, so that a
            key meant for one address is not shown to another.
        seconds: How long one call may take.

    Raises:
        UserError: the provider is unknown, its package or key is missing, or there is no such file.
    """
    provider, _, model = setting.partition(":")
    if provider == "gguf":
        return _gguf(setting, Path(model), seconds)
    from assistant.llm.langchain import LangChainChat

    wanted: dict[str, Any] = {"timeout": seconds, "max_retries": 0}
    local = provider == "ollama" or bool(base_url)
    if provider == "ollama":
        wanted = {"client_kwargs": {"timeout": seconds}, "num_predict": LOCAL_ANSWER, "temperature": 0}
    else:
        wanted["max_tokens"] = LOCAL_ANSWER if local else HOSTED_ANSWER
    if base_url:
        wanted["base_url"] = base_url
    if base_url and provider == "openai":
        wanted |= {"temperature": 0, "use_responses_api": False, "stream_usage": False}
    if key or (base_url and provider != "ollama"):
        wanted["api_key"] = key or _NO_KEY
    from langchain.chat_models import init_chat_model

    try:
        made = init_chat_model(model, model_provider=provider, **wanted)
    except ImportError as error:
        raise UserError(
            f"VEJVISER_MODEL={setting!r}: needs the package {EXTRAS.get(provider, f'langchain-{provider}')}; "
            f"`pip install {f'vejviser[{provider}]' if provider in EXTRAS else f'langchain-{provider}'}` installs it."
        ) from error
    except Exception as error:
        if "api_key" in str(error).lower() or "credential" in str(error).lower() or "authentication" in str(error):
            raise UserError(
                f"VEJVISER_MODEL={setting!r}: no key was given; set VEJVISER_MODEL_KEY or the provider's own variable."
            ) from error
        raise UserError(
            f"VEJVISER_MODEL={setting!r}: cannot be used ({type(error).__name__}); "
            "give provider:model, for example ollama:qwen3."
        ) from error
    return LangChainChat(made, setting)


def _gguf(setting: str, path: Path, seconds: float) -> ChatModel:
    import importlib.util

    if importlib.util.find_spec("xllamacpp") is None:
        raise UserError(
            f"VEJVISER_MODEL={setting!r}: needs the package xllamacpp; `pip install vejviser[gguf]` installs it."
        )
    try:
        with path.expanduser().open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise UserError(
            f"VEJVISER_MODEL={setting!r}: the file cannot be read ({error.strerror}); give gguf:/path/to/model.gguf."
        ) from error
    if magic != b"GGUF":
        raise UserError(f"VEJVISER_MODEL={setting!r}: is no GGUF file; give gguf:/path/to/model.gguf.")
    from assistant.llm.gguf import ChatGguf
    from assistant.llm.langchain import LangChainChat

    return LangChainChat(ChatGguf(path=path.expanduser(), seconds=seconds), f"gguf:{path.name}")
