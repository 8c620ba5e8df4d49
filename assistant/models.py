"""Builds what a language model does, from settings. Beside `build` the only place that names concrete implementations.

Nothing of this is made, and no provider's package imported, while VEJVISER_MODEL is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.aid import Aid
from assistant.answering import rewording, writing
from assistant.answering.rewording import Reworder
from assistant.answering.writing import Writer
from assistant.chat import ChatModel, Message, Prompt
from assistant.content import Knowledge
from assistant.domain.maturity import Language
from assistant.library.embedding import Embedder, Vectors
from assistant.library.language import detect
from assistant.llm.budget import Budgeted, turn
from assistant.llm.patience import Patience
from assistant.llm.providers import connect
from assistant.reading import model as second
from assistant.reading.cues import Cues
from assistant.reading.head import Head
from assistant.reading.model import ModelReader
from assistant.settings import Settings

JOBS = {
    "answer_question": writing.VARIABLES, "read_answer": second.READ, "repair_answer": second.REPAIR,
    "reword_question": rewording.VARIABLES,
}  # fmt: skip
"""Prompt -> its variables."""
_HELLO = (Message("user", "Say: ok"),)


@dataclass(frozen=True)
class Models:
    """Everything that one language model does.

    Args:
        settings: What was set from outside.
        knowledge: Where the prompts and the maturity model are.
        embedder: Texts to vectors.
        cues: The reader's cues.
        head: Gives the reader's head, which takes long to make the first time.
        chat: The model, as it is or with its patience; made from the settings when left out.
    """

    settings: Settings
    knowledge: Knowledge
    embedder: Embedder
    cues: Mapping[Language, Cues]
    head: Callable[[], Head]
    chat: ChatModel | Patience | None = None

    @cached_property
    def patience(self) -> Patience:
        """The model, which answers in time or not at all.

        Raises:
            UserError: its package, key or file is missing.
        """
        settings = self.settings
        if isinstance(self.chat, Patience):
            return self.chat
        return Patience(
            self.chat
            or connect(
                settings.model, base_url=settings.model_base_url, key=settings.model_key.get_secret_value(),
                seconds=settings.model_timeout,
            )
        )  # fmt: skip

    @cached_property
    def writer(self) -> Writer:
        """Writes answers."""
        prompt = self._prompt("answer_question")
        return Writer(
            self._on(prompt), prompt, queries=self.embedder.queries, sentences=self._sentences, spoken=detect,
            usable=self._gives_no_orders,
        )  # fmt: skip

    @cached_property
    def aid(self) -> Aid:
        """What it may do in a dialogue."""
        settings, prompts = self.settings, (self._prompt("read_answer"), self._prompt("repair_answer"))
        reader = ModelReader(self._on(prompts[0]), prompts, self.knowledge.model, self.head())
        prompt = self._prompt("reword_question")
        reworder = Reworder(self._on(prompt), prompt, self._sentences, detect) if settings.model_reword else None
        return Aid(reader, reworder, settings.model_timeout, settings.model_tokens)

    def reach(self) -> float:
        """Asks the model for one word; how many seconds that took.

        Raises:
            UserError: it cannot be had.
            ModelError: it does not answer.
        """
        with turn(1000, self.settings.model_timeout) as allowance:
            Budgeted(self.patience, "hello", self.settings.model_timeout).complete(_HELLO)
        return allowance.calls[-1].seconds

    def _on(self, prompt: Prompt) -> Budgeted:
        return Budgeted(self.patience, f"{prompt.name}@{prompt.digest}", self.settings.model_timeout)

    def _prompt(self, name: str) -> Prompt:
        return self.knowledge.prompt(name, JOBS[name])

    def _sentences(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.encode(texts, query=False)

    def _gives_no_orders(self, sentence: str) -> bool:
        return not any(cues.found("instruct", sentence) for cues in self.cues.values())
