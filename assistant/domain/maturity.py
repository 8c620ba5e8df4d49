"""The maturity model: dimensions, items and stages as validated data. Knows no company and no file format."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Language = Literal["en", "da"]
LANGUAGES: tuple[Language, ...] = ("en", "da")
STAGES = range(6)
Stage = Annotated[int, Field(ge=0, le=5)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Content(BaseModel):
    """Base of everything that is read from content files: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Text(Content):
    """One text in both languages."""

    en: Sentence
    da: Sentence

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.da


class Spoken(Content):
    """Exemplars of one stage: what people say, in each language."""

    en: Annotated[tuple[Sentence, ...], Field(min_length=4)]
    da: Annotated[tuple[Sentence, ...], Field(min_length=4)]

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        return self.en if language == "en" else self.da


class Item(Content):
    """One thing that is assessed, asked about with one open question."""

    id: str
    dimension: str
    title: Text
    why: Text
    """Why it matters to the company, shown when the owner asks."""
    question: Text
    probes: tuple[Text, Text]
    """Two further questions, each from another angle, for an answer that did not settle the stage."""
    neighbours: tuple[str, ...] = ()
    """Items that are easily mistaken for this one."""
    descriptors: Annotated[tuple[Text, ...], Field(min_length=6, max_length=6)]
    """What the company does at stage 0 to 5."""
    exemplars: dict[Stage, Spoken]
    """What an owner says at each stage; reading stands on these."""
    sources: tuple[str, ...] = ()
    """Sections of the library to read about it, each as `<document id>#<anchor of its English section>`."""

    @model_validator(mode="after")
    def _every_stage(self) -> Self:
        if missing := [stage for stage in STAGES if stage not in self.exemplars]:
            raise ValueError(f"exemplars: stage {missing[0]} is missing")
        return self


class StageName(Content):
    """One of the six stages."""

    id: str
    title: Text
    gist: Text


class Dimension(Content):
    """A group of items that is scored as a mean."""

    id: str
    title: Text
    summary: Text
    items: tuple[str, ...]


class Named(Content):
    """A barrier or a technology."""

    id: str
    title: Text


class MaturityModel(Content):
    """A whole interview: what is asked, in which words, and what each stage means."""

    id: str
    title: Text
    attribution: Text
    """Where the model comes from; stands in every export."""
    stages: Annotated[tuple[StageName, ...], Field(min_length=6, max_length=6)]
    dimensions: tuple[Dimension, ...]
    short_course: tuple[str, ...]
    """Items asked in the short course."""
    barriers: tuple[Named, ...]
    technologies: tuple[Named, ...]
    items: dict[str, Item]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        listed = [item for dimension in self.dimensions for item in dimension.items]
        for name in listed:
            if name not in self.items:
                raise ValueError(f"dimensions: item {name!r} has no file of its own")
        for item in self.items.values():
            if item.id not in listed:
                raise ValueError(f"{item.id}: is listed under no dimension")
            if item.id not in self.dimension(item.dimension).items:
                raise ValueError(f"{item.id}: says dimension {item.dimension!r}, which does not list it")
            for neighbour in item.neighbours:
                if neighbour not in self.items:
                    raise ValueError(f"{item.id}: unknown neighbour {neighbour!r}")
        for name in self.short_course:
            if name not in self.items:
                raise ValueError(f"short_course: unknown item {name!r}")
        return self

    @property
    def order(self) -> tuple[str, ...]:
        """Item ids in the order of the model."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    def dimension(self, name: str) -> Dimension:
        """The dimension called `name`.

        Raises:
            KeyError: there is none.
        """
        for dimension in self.dimensions:
            if dimension.id == name:
                return dimension
        raise KeyError(name)
