"""Builds running objects from settings. The only place that names concrete implementations."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

import numpy as np

from assistant.accounts import Accounts
from assistant.answering.asking import Part
from assistant.answering.quoting import ENGINE, QuotedAnswer, Quoter, answer_all
from assistant.answering.writing import WrittenAnswer
from assistant.chat import ChatModel
from assistant.content import Knowledge, root
from assistant.domain.maturity import LANGUAGES, Language
from assistant.domain.sources import SHIPPED, Source, parted
from assistant.domain.state import Asked
from assistant.errors import ContentError, UserError
from assistant.exports.papers.words import PaperWords
from assistant.library.asked import asked_of
from assistant.library.catalogue import Catalogue
from assistant.library.documents import Document
from assistant.library.embedding import Embedder, Vectors
from assistant.library.index import Hit
from assistant.library.library import Library
from assistant.library.places import Cut, at_sentence, cuts, sections, source_of
from assistant.library.shelves import Shelves
from assistant.library.together import Search, searched, ways
from assistant.library.vectors import PassageVectors
from assistant.llm.patience import Patience
from assistant.models import Models
from assistant.reading.cues import Cues
from assistant.reading.guard import Guard, Guarded
from assistant.reading.head import Head, trained
from assistant.reading.lessons import lessons
from assistant.reading.lexicon import Lexicon
from assistant.reading.private import PrivateWords
from assistant.reading.rules import Context, RuleReader, spoken_language
from assistant.replies import Found, Streamed
from assistant.session import Sessions
from assistant.settings import Settings
from assistant.store import Store
from assistant.watch import Watch, kept_key
from assistant.wording import Wording

PASSAGES = 8
"""Passages looked at to answer one question."""
NEAREST = 2
"""Passages named beside a question that the material did not answer."""
_BATCH = 64
_SHARED = (
    "knowledge", "embedder", "cues", "lexicon", "private", "head", "reader", "guard", "catalogue", "shelves", "questions",
    "shipped", "wordings", "_opened", "_to_read",
)  # fmt: skip
"""Parts that know no conversation and no language model."""
_FIXED = ("cache", "embedding", "libraries", "maturity", "threads")
"""Settings that those parts were made by."""
_log = logging.getLogger(__name__)

Progress = Callable[[str], None]
Counted = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Engine:
    """Everything that runs, made when first used.

    Args:
        settings: What was set from outside.
        say: Told what takes long ("Unpacking the bundled embedding model").
        count: Told how far a long job is: (done, of, what).
        chat: A language model instead of the one that is set, as it is or with its patience.
    """

    settings: Settings
    say: Progress = lambda _: None
    count: Counted = lambda _done, _of, _what: None
    chat: ChatModel | Patience | None = None

    @cached_property
    def knowledge(self) -> Knowledge:
        """The content files."""
        return Knowledge(root(), self.settings.maturity)

    @cached_property
    def embedder(self) -> Embedder:
        """Texts to vectors."""
        return Embedder(self.settings.embedding, self.settings.cache, self.settings.threads, self.say)

    @cached_property
    def cues(self) -> dict[Language, Cues]:
        """The reader's cues."""
        data = {name: self.knowledge.reading(f"cues.{name}") for name in LANGUAGES}
        shared = {cue: [p for name in LANGUAGES for p in data[name].get(cue, [])] for cue in Cues.IN_BOTH}
        return {name: Cues(data[name] | shared, f"cues.{name}.yaml") for name in LANGUAGES}

    @cached_property
    def lexicon(self) -> Lexicon:
        """The reader's names and patterns."""
        return Lexicon(self.knowledge.reading("lexicon"), "lexicon.yaml")

    @cached_property
    def private(self) -> PrivateWords:
        """What is hidden in a turn before it is read."""
        return PrivateWords(self.knowledge.reading("private"), "private.yaml")

    @cached_property
    def head(self) -> Head:
        """Embedding to item and stage; trained on first use."""
        model, knowledge = self.knowledge.model, self.knowledge
        taught = lessons(model, *(knowledge.reading(name) for name in ("other", "silent", "parts", "remarks", "turns")))
        cache = self.settings.cache
        return trained(model, taught, self._embed_many, self.embedder.utterances, self.embedder.name, cache)

    @cached_property
    def reader(self) -> RuleReader:
        """The reader without a language model."""
        return RuleReader(self.knowledge.model, self.head, self.cues, self.lexicon)

    @cached_property
    def guard(self) -> Guard:
        """The guard of all proposals."""
        return Guard(self.knowledge.model, self.cues, self.lexicon, self.head)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Documents, passages and vectors."""
        return Catalogue(self.settings.home / "library.sqlite3")

    def library(self, name: str = SHIPPED) -> Library:
        """A library by name, empty when nothing was taken into it; the shipped one is brought up to date first."""
        if name == SHIPPED:
            return self.shipped
        if name not in self._opened:
            self._opened[name] = Library(self.catalogue, self.embedder, self.settings.home / "index", name)
        return self._opened[name]

    def existing(self, name: str) -> Library:
        """A library that something was taken into.

        Raises:
            UserError: there is none of that name.
        """
        library = self.library(name)
        if name != SHIPPED and not self.catalogue.revision(name):
            known = ", ".join(dict.fromkeys([SHIPPED, *self.catalogue.libraries()]))
            raise UserError(
                f"library {name!r}: there is none; there are {known}. `vejviser ingest PATH --library {name}` makes it."
            )
        return library

    @cached_property
    def shelves(self) -> Shelves:
        """All libraries that the dialogue answers from."""
        return Shelves(self.settings.libraries.split(","), self.library)

    @cached_property
    def questions(self) -> PassageVectors:
        """What the model saw in the noted questions. They come with the product, so they lie in the cache folder, and a
        second home costs nothing.
        """
        return PassageVectors(Catalogue(self.settings.cache / "questions.sqlite3"), self.embedder)

    @cached_property
    def shipped(self) -> Library:
        """The library that comes with the product."""
        library = Library(self.catalogue, self.embedder, self.settings.home / "index", SHIPPED)
        paths = list(self.knowledge.documents())
        if not paths:
            raise ContentError(
                f"{self.knowledge.folder / 'knowledge'}: holds no talks; put the files back or reinstall Vejviser."
            )
        library.sync(paths, self.count)
        documents = {document.key: document for document in library.documents()}
        noted = asked_of(self.knowledge, documents)
        library.note(noted, self.questions, lambda done, of: self.count(done, of, "questions"))
        return library

    def ask(
        self, question: str, language: Language, library: str = SHIPPED, *, before: Sequence[str] = (),
        model: bool = True, shown: Streamed = lambda _: None,
    ) -> QuotedAnswer:  # fmt: skip
        """The answer to `question` from one library, with its passages; written by the model, if one is set and `model`.

        `before` are the questions that came before, oldest first; `shown` is told each written sentence as soon as it holds.

        Raises:
            UserError: there is no such library, or the model that is set cannot be had.
        """
        shelf = self.existing(library)
        quoter = Quoter(self.embedder.queries, shelf.sentence_vectors)

        def quote(part: Part, hits: Sequence[Hit], most: int) -> QuotedAnswer:
            return quoter.answer(part.question, hits, language, part.about, most)

        quoted = answer_all(question, before, language, partial(self._looked_up, shelf.search, language), quote)
        if not model or self.models is None:
            return quoted
        return self.models.writer.answer(question, quoted, shown=lambda text, _: shown(text))

    @cached_property
    def models(self) -> Models | None:
        """What the language model that is set does; None when none is.

        Raises:
            UserError: its package, key or file is missing.
        """
        if not self.settings.model and self.chat is None:
            return None
        return Models(self.settings, self.knowledge, self.embedder, self.cues, lambda: self.head, self.chat)

    def answer(
        self, question: str, language: Language, /, *, asked: Sequence[str] = (), before: str = "",
        shown: Streamed | None = None,
    ) -> Found:  # fmt: skip
        """The answer from all libraries, as the dialogue needs it.

        Args:
            question: What was asked.
            language: The asker's.
            asked: Questions that were asked lately, oldest first.
            before: What was said lately, for a model.
            shown: Told each written sentence as soon as it holds.
        """
        quote = partial(self._quoted, language)
        quoted = answer_all(question, asked, language, partial(self._looked_up, self.shelves.search, language), quote)
        if self.models is not None:
            quoted = self.models.writer.answer(question, quoted, before, lambda text, _: shown(text) if shown else None)
        return cited(quoted, self._cut)

    def _quoted(self, language: Language, part: Part, hits: Sequence[Hit], most: int) -> QuotedAnswer:
        def quote(hits: Sequence[Hit]) -> QuotedAnswer:
            quoter = Quoter(self.embedder.queries, self.shelves.sentence_vectors(hits))
            return quoter.answer(part.question, hits, language, part.about, most)

        try:
            return quote(hits)
        except Exception as error:
            mine = [hit for hit in hits if parted(hit.passage.id)[0] == SHIPPED]
            if len(mine) == len(hits):
                raise
            _log.error("libraries besides the shipped one are left out: %s", error)
            return quote(mine)

    def _looked_up(self, search: Search, language: Language, asked: Sequence[Part]) -> list[list[Hit]]:
        """The passages to answer each question from; what all of them are searched by goes through the model together."""
        self.embedder.through(list(dict.fromkeys(text for part in asked for text in ways(part.question, part.about))))
        return [searched(search, part.question, part.about, language, PASSAGES) for part in asked]

    def _cut(self, name: str) -> tuple[Document, Sequence[Cut]] | None:
        library, key, _ = parted(name)
        return cut(self.library(library), key)

    def to_read(self, language: Language) -> Mapping[str, Source]:
        """Source of an item or an action -> where it stands in `language`."""
        revision = self.catalogue.revision(SHIPPED)
        if revision not in self._to_read:
            documents = {document.key: document for document in self.shipped.documents()}
            self._to_read.clear()
            self._to_read[revision] = {name: sections(documents, SHIPPED, name) for name in LANGUAGES}
        return self._to_read[revision][language]

    @cached_property
    def wordings(self) -> dict[Language, Wording]:
        """The assistant's words."""
        knowledge = self.knowledge
        return {name: Wording(knowledge.replies(name), knowledge.model, knowledge.actions, name) for name in LANGUAGES}

    def words(self, language: Language) -> PaperWords:
        """The words of papers."""
        knowledge = self.knowledge
        return PaperWords(
            language, knowledge.replies(language), knowledge.papers(language), knowledge.model, knowledge.actions,
            self.to_read(language),
        )  # fmt: skip

    def near(self, questions: Sequence[str], language: Language) -> dict[str, list[str]]:
        """Question -> what the two nearest passages of all libraries are called."""
        words = self.knowledge.replies(language)["place"]
        found: dict[str, list[str]] = {}
        for question in questions:
            sources = [source_of(hit.passage) for hit in self.shelves.search(question, NEAREST, language)]
            found[question] = list(dict.fromkeys(source.label(words) for source in sources))
        return found

    def labels(self, language: Language) -> dict[str, str]:
        """Source of an item or an action -> what it is called in `language`."""
        words = self.knowledge.replies(language)["place"]
        return {name: source.label(words) for name, source in self.to_read(language).items()}

    @cached_property
    def store(self) -> Store:
        """The conversations."""
        return Store(self.settings.home, self.settings.database_url)

    @cached_property
    def watch(self) -> Watch:
        """What is counted and logged of turns."""
        return Watch(kept_key(self.settings.home))

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of advisers."""
        return Accounts(self.store)

    def read(self, text: str, language: Language, item: str | None = None) -> Guarded:
        """The acts of one utterance, outside of a dialogue; `item` is what was asked."""
        context = Context(language, Asked(id=item) if item else None)
        return self.guard.check(self.reader.read(text, context), text, spoken_language(text, language))

    def sessions(self, store: Store | None = None) -> Sessions:
        """The dialogue on `store`, else on the configured one."""
        knowledge = self.knowledge
        return Sessions(
            model=knowledge.model, actions=knowledge.actions, wordings=self.wordings, reader=self.reader,
            guard=self.guard, answer=self.answer, store=store or self.store,
            days=self.settings.retention_days, to_read=self.to_read, private=self.private,
            aid=self.models.aid if self.models else None, watch=self.watch,
        )  # fmt: skip

    def warm(self) -> None:
        """Does now what would make the first turn slow: model, reader, library."""
        self.reader.read("We write it on paper.", Context("en"))
        self.shelves.search("What is a sensor?", 1, "en")
        self.to_read("en")

    def beside(self, chat: ChatModel | Patience | None, **settings: object) -> Engine:
        """An engine with another language model (None: the one that is set, if any) and other settings.

        What this one has loaded is shared, so `warm` comes first where that takes long. The libraries stay where they are, also
        with another `home`; conversations, accounts, counts and what a model does are the new one's own.

        Raises:
            ValueError: a setting is another one by which something shared was made.
        """
        made = replace(self, settings=Settings(**(self.settings.model_dump() | settings)), chat=chat)
        if fixed := [name for name in _FIXED if getattr(made.settings, name) != getattr(self.settings, name)]:
            raise ValueError(f"{fixed[0]}: what is shared was made by it; make an engine of its own")
        made.__dict__.update({name: self.__dict__[name] for name in _SHARED if name in self.__dict__})
        return made

    def forget(self) -> None:
        """Drops what is remembered of texts, for whoever measures; nothing is loaded for that."""
        for name in {"embedder", "head"} & self.__dict__.keys():
            getattr(self, name).forget()

    @cached_property
    def _opened(self) -> dict[str, Library]:
        return {}

    @cached_property
    def _to_read(self) -> dict[int, dict[Language, Mapping[str, Source]]]:
        return {}

    def _embed_many(self, texts: Sequence[str]) -> Vectors:
        _ = self.embedder.model  # unpacked and loaded before the next wait is announced
        self.say(f"Teaching the reader from {len(texts):,} sentences (once, a few minutes)")
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # texts of a length need no padding
        heard: dict[int, Vectors] = {}
        for start in range(0, len(order), _BATCH):
            numbers = order[start : start + _BATCH]
            heard |= zip(numbers, self.embedder.hear([texts[number] for number in numbers]), strict=True)
            self.count(len(heard), len(texts), "sentences")
        return np.stack([heard[number] for number in range(len(texts))])


def cut(library: Library, key: str) -> tuple[Document, Sequence[Cut]] | None:
    """A document and where its passages stand in it, or None."""
    document = library.document(key)
    return None if document is None else (document, cuts(document, library.passages_of(key)))


def cited(quoted: QuotedAnswer, opened: Callable[[str], tuple[Document, Sequence[Cut]] | None]) -> Found:
    """A quoted answer with the place of each sentence; the nearest two places when there is none.

    `opened` opens what a reference stands in, given without what follows #: a passage may run over pages and minutes.
    """
    opened = cache(opened)
    places = {hit.passage.id: source_of(hit.passage) for hit in quoted.nearest}
    sentences = []
    rests = quoted.rests if isinstance(quoted, WrittenAnswer) else [quote.text for quote in quoted.sentences]
    for quote, verbatim in zip(quoted.sentences, rests, strict=True):
        source = places[quote.passage]
        if source.page is not None or source.start is not None:
            there = opened(quote.passage.partition("#")[0])
            source = at_sentence(source, *there, verbatim) if there else source
        sentences.append((quote.text, source))
    named = {source.reference: source for _, source in reversed(sentences)}
    sources = tuple(named[name] for name in dict.fromkeys(source.reference for _, source in sentences))
    engine = quoted.engine if isinstance(quoted, WrittenAnswer) else ENGINE
    return Found(tuple(sentences), sources or tuple(places.values())[:2], quoted.topic, engine)
