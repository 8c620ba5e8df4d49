"""Rewording: a fixed text put in a model's words, used only when it says the same. Knows no dialogue; the fixed text serves when in doubt."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from assistant.answering.grounding import tokens
from assistant.answering.quoting import Vectors
from assistant.chat import ChatModel, Prompt, as_data
from assistant.domain.maturity import Language
from assistant.errors import ModelError

VARIABLES = ("question", "said", "language")
SHORTEST, LONGEST = 0.5, 1.6
"""How much shorter or longer, as a share of the fixed text's words, a wording may be."""
KEPT = 0.6
"""Share of the fixed text's words of matter that a wording keeps at the least."""
NEAR = 0.88
"""Cosine to the fixed text at the least."""
_MARKUP = re.compile(r"[\[\]<>`*_#|{}\\]|://|www\.|\S@\S")
_QUOTED = re.compile(r"[“»\"]([^”«\"]+)[”«\"]")
_NAME = re.compile(r"(?<=[\w,;:] )[A-ZÆØÅ][\w-]*|\b\w*[A-ZÆØÅ]\w*[A-ZÆØÅ]\w*\b")
_NAMES: dict[Language, str] = {"en": "English", "da": "Danish (dansk)"}
_log = logging.getLogger(__name__)


class Reworder:
    """Rewords questions.

    Args:
        model: What rewords.
        prompt: `reword_question`, with VARIABLES.
        vectors: n sentences to unit vectors, (n, d).
        spoken: Language of a text, None when unsure.
    """

    def __init__(
        self, model: ChatModel, prompt: Prompt, vectors: Callable[[Sequence[str]], Vectors],
        spoken: Callable[[str], Language | None],
    ) -> None:  # fmt: skip
        self._model, self._prompt, self._vectors, self._spoken = model, prompt, vectors, spoken

    def question(self, text: str, said: str, language: Language) -> str:
        """`text` in other words, or `text` itself. Never raises for what the model does."""
        try:
            messages = self._prompt.messages(question=text, said=as_data(said), language=_NAMES[language])
            worded = " ".join(self._model.complete(messages).split()).strip('"“”»« ')
        except ModelError as error:
            _log.info("the language model did not reword: %s", error)
            return text
        fault = self.fault(worded, text, said, language)
        if fault:
            _log.info("a rewording was not used: %s", fault)
        return text if fault else worded

    def fault(self, worded: str, text: str, said: str, language: Language) -> str:
        """Why `worded` may not stand for `text`, after the person said `said`; empty when it may."""
        words, fixed = len(worded.split()), len(text.split())
        if not SHORTEST * fixed <= words <= LONGEST * fixed:
            return "length"
        if _MARKUP.search(worded):
            return "markup"
        if worded.count("?") != text.count("?") or not worded.endswith("?"):
            return "question marks"
        if self._spoken(worded) not in (None, language):
            return "language"
        if any(quote not in worded for quote in _QUOTED.findall(text)):
            return "quotes"
        if any(name not in text and name not in said for name in _NAME.findall(worded)):
            return "names"
        mine, theirs = ([token.key for token in tokens(one, language)] for one in (worded, text))
        allowed = {*theirs, *(token.key for token in tokens(said, language))}
        if any(key not in allowed for key in mine):
            return "new matter"
        matter = [key for key in theirs if not key.startswith("=")]
        if sum(key in mine for key in matter) < KEPT * len(matter):
            return "lost matter"
        if [key for key in mine if key in ("=not", "=only", "=all")] != [
            k for k in theirs if k in ("=not", "=only", "=all")
        ]:
            return "turned round"
        one, other = self._vectors([worded, text])
        return "" if float(one @ other) >= NEAR else "meaning"
