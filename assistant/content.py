"""Content files: loads and validates what lies under knowledge/ and prompts/. Knows formats and places, not what they are used for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from assistant.chat import Prompt, prompt
from assistant.domain.asking import Note
from assistant.domain.brief import Projects, check_projects
from assistant.domain.guide import Meeting, check_meeting
from assistant.domain.maturity import LANGUAGES, Content, Language, MaturityModel, Sentence
from assistant.domain.plan import Action, check_actions
from assistant.errors import ContentError

M = TypeVar("M", bound=BaseModel)
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def root() -> Path:
    """The folder that holds knowledge/ and prompts/: inside an installed wheel the package, else the project."""
    package = Path(__file__).parent
    return package if (package / "knowledge").is_dir() else package.parent


def read_yaml(path: Path) -> Any:
    """The parsed file.

    Raises:
        ContentError: it is missing, no UTF-8 or no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContentError(f"{path}: the file is missing; put it back or reinstall Vejviser.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read as UTF-8 text ({error}); mend or replace it.") from error
    try:
        return yaml.load(text, Loader=_YamlLoader)  # noqa: S506 - a safe loader, the fast one where libyaml is there
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise ContentError(f"{path}: {line}is not valid YAML; mend that line.") from error


def validated(kind: type[M], data: Any, path: Path) -> M:
    """`data` as a `kind`.

    Raises:
        ContentError: it does not fit; names the file, the key and what is wrong.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        message = first["msg"].removeprefix("Value error, ")
        raise ContentError(f"{path}: {key}: {message[:1].lower() + message[1:]}; mend it there.") from error


class Beyond(Content):
    """What owners would ask and no section answers."""

    en: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    da: Annotated[tuple[Sentence, ...], Field(min_length=1)]


class Beginnings(Content):
    """How the sentences begin that say one thing, in each language."""

    en: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    da: Annotated[tuple[Sentence, ...], Field(min_length=1)]


class AskedOf(Content):
    """What owners would ask of one section: question -> which of `answers` answer it, from 1, best first."""

    answers: tuple[Beginnings, ...] = ()
    en: Annotated[dict[Sentence, tuple[int, ...]], Field(min_length=1)]
    da: Annotated[dict[Sentence, tuple[int, ...]], Field(min_length=1)]

    @model_validator(mode="after")
    def _known(self) -> AskedOf:
        for question, numbers in (self.en | self.da).items():
            if not all(1 <= number <= len(self.answers) for number in numbers):
                raise ValueError(f"{question!r} names an answer that is not among the {len(self.answers)}")
        return self

    def notes(self, language: Language) -> tuple[Note, ...]:
        """All questions, for the section in `language`."""
        begin = [answer.da if language == "da" else answer.en for answer in self.answers]
        return tuple(
            Note(question, tuple(start for number in numbers for start in begin[number - 1]))
            for question, numbers in (*self.en.items(), *self.da.items())
        )


@dataclass(frozen=True)
class Knowledge:
    """Everything that the product knows from files, loaded when first used."""

    folder: Path
    maturity_id: str = "vejviser"

    @cached_property
    def model(self) -> MaturityModel:
        """The maturity model.

        Raises:
            ContentError: a file is missing, malformed or inconsistent.
        """
        folder = self.folder / "knowledge" / "maturity" / self.maturity_id
        if not folder.is_dir():
            raise ContentError(f"{folder}: there is no such maturity model; set VEJVISER_MATURITY to an existing one.")
        data = _mapping(read_yaml(folder / "model.yaml"), folder / "model.yaml")
        items = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.name == "model.yaml":
                continue
            item = _mapping(read_yaml(path), path)
            if item.get("id") != path.stem:
                raise ContentError(f"{path}: id is {item.get('id')!r}; it must be the file's name, {path.stem!r}.")
            items[path.stem] = item
        return validated(MaturityModel, data | {"items": items}, folder)

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The library of actions by id.

        Raises:
            ContentError: a file is missing, malformed or refers to something that does not exist.
        """
        folder = self.folder / "knowledge" / "actions"
        actions: dict[str, Action] = {}
        for path in sorted(folder.glob("*.yaml")):
            data = _mapping(read_yaml(path), path)
            if data.get("dimension") != path.stem:
                raise ContentError(f"{path}: dimension is {data.get('dimension')!r}; it must be {path.stem!r}.")
            for entry in data.get("actions") or []:
                action = validated(Action, entry, path)
                if action.id in actions:
                    raise ContentError(f"{path}: action {action.id!r} stands twice; rename one.")
                actions[action.id] = action
        if not actions:
            raise ContentError(f"{folder}: holds no actions; put the files back or reinstall Vejviser.")
        try:
            check_actions(actions, self.model)
        except ValueError as error:
            raise ContentError(f"{folder}: {error}; mend it there.") from error
        return actions

    def documents(self) -> Iterator[Path]:
        """The Markdown files of the shipped library."""
        for kind in ("talks", "seminars", "faq"):
            yield from sorted((self.folder / "knowledge" / kind).glob("*.md"))

    @cached_property
    def asked(self) -> dict[str, AskedOf]:
        """What owners would ask, by the section that answers: `<document id>#<anchor of its English section>`.

        Raises:
            ContentError: a file is malformed.
        """
        return {
            f"{path.stem}#{anchor}": validated(AskedOf, of_section, path)
            for path in sorted((self.folder / "knowledge" / "asked").glob("*.yaml"))
            for anchor, of_section in _mapping(read_yaml(path), path).items()
        }

    @cached_property
    def beyond(self) -> tuple[str, ...]:
        """What owners ask, in any language, and no text of the library answers.

        Raises:
            ContentError: a file is malformed.
        """
        found: list[str] = []
        for path in sorted((self.folder / "knowledge" / "beyond").glob("*.yaml")):
            questions = validated(Beyond, _mapping(read_yaml(path), path), path)
            found += [*questions.en, *questions.da]
        return tuple(found)

    def replies(self, language: Language) -> dict[str, Any]:
        """The wording of the assistant's replies.

        Raises:
            ContentError: the file is missing or malformed, or has other keys than the other language.
        """
        return self._replies[language]

    def papers(self, language: Language) -> dict[str, Any]:
        """The words of the papers.

        Raises:
            ContentError: as for replies.
        """
        return self._papers[language]

    @cached_property
    def meeting(self) -> Meeting:
        """What to bring to a meeting, and first ideas.

        Raises:
            ContentError: the file is missing, malformed or refers to something that does not exist.
        """
        path = self.folder / "knowledge" / "guide" / "meeting.yaml"
        meeting = validated(Meeting, _mapping(read_yaml(path), path), path)
        try:
            check_meeting(meeting, self.model, self.actions, tuple(self.replies("en")["sector"]))
        except ValueError as error:
            raise ContentError(f"{path}: {error}; mend it there.") from error
        return meeting

    @cached_property
    def projects(self) -> Projects:
        """What briefs of student projects say beside the action.

        Raises:
            ContentError: the file is missing, malformed or incomplete.
        """
        path = self.folder / "knowledge" / "guide" / "projects.yaml"
        projects = validated(Projects, _mapping(read_yaml(path), path), path)
        try:
            check_projects(projects, self.model)
        except ValueError as error:
            raise ContentError(f"{path}: {error}; mend it there.") from error
        return projects

    @cached_property
    def _replies(self) -> dict[Language, dict[str, Any]]:
        return self._in_both("replies")

    @cached_property
    def _papers(self) -> dict[Language, dict[str, Any]]:
        return self._in_both("documents")

    def _in_both(self, stem: str) -> dict[Language, dict[str, Any]]:
        """prompts/<stem>.<language>.yaml in each language, with the same keys."""
        paths = {language: self.folder / "prompts" / f"{stem}.{language}.yaml" for language in LANGUAGES}
        texts = {language: _mapping(read_yaml(path), path) for language, path in paths.items()}
        keys = {language: set(_keys(text)) for language, text in texts.items()}
        for language, other in (("en", "da"), ("da", "en")):
            if missing := sorted(keys[other] - keys[language]):  # type: ignore[index]
                raise ContentError(f"{paths[language]}: key {missing[0]!r} is missing; the other language has it.")  # type: ignore[index]
        return texts

    def prompt(self, name: str, variables: Sequence[str]) -> Prompt:
        """What a language model is told for the job `name`, which fills in exactly `variables`.

        Raises:
            ContentError: the file is missing or malformed.
        """
        return prompt(self.folder / "prompts", name, variables)

    def reading(self, name: str) -> dict[str, Any]:
        """The data of the reader in knowledge/reading/<name>.yaml.

        Raises:
            ContentError: the file is missing or malformed.
        """
        path = self.folder / "knowledge" / "reading" / f"{name}.yaml"
        return _mapping(read_yaml(path), path)


def _mapping(data: Any, path: Path) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ContentError(f"{path}: must be a mapping of keys to values; mend it.")
    return data


def _keys(data: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _keys(value, f"{prefix}{key}.")
    else:
        yield prefix[:-1]
