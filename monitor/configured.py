"""Tables of the settings file that become feeds and channels: their names, kinds and secrets.

What differs between the two is what they are called, and where their secrets stand in the
environment; how a table is read, and every sentence about one that cannot be, is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from monitor.complaints import said
from monitor.errors import UsageError
from monitor.hidden import holds_login

Secrets = Callable[[str, str], str | None]
"""(name, field) -> what the environment holds for it."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")]


class TableConfig(BaseModel):
    """What every such table may say.

    A field of type ``SecretStr | None`` is a secret: it must not stand in the file, and comes from
    the environment, or from the file that ``<field>_file`` names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    NOUN: ClassVar[str]
    """What it is the table of: feed, channel."""

    name: Name
    kind: str

    @field_validator("*")
    @classmethod
    def _holds_no_login(cls, value: Any) -> Any:
        if isinstance(value, str) and "://" in value and holds_login(value):
            message = (
                "a login or a key must not stand in it: use an address without one, and the words"
                f" that this kind of {cls.NOUN} has for it"
            )
            raise ValueError(message)
        return value

    @classmethod
    def secrets(cls) -> list[str]:
        """Names of the fields that are secrets."""
        return [
            name
            for name, field in cls.model_fields.items()
            if field.annotation == (SecretStr | None)
        ]


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables(Generic[T]):
    """How the tables of one sort are read."""

    noun: str
    kinds: Sequence[Any]  # each with KIND, CONFIG, and made of its config
    variable: Callable[[str, str], str]  # (name, field) -> where the environment holds a secret
    whole: str  # what a rule of a whole table is said to be about
    misfit: str | None = None  # said of a word that is not of its form; None: that form

    def all(self, tables: Sequence[Mapping[str, Any]], secrets: Secrets) -> list[T]:
        """Make what a configuration has; UsageError says which table is wrong, and how."""
        made = [self.one(table, secrets) for table in tables]
        names: dict[str, str] = {}
        for each in made:
            name: str = each.config.name  # type: ignore[attr-defined]  # whatever its sort is
            variable = self.variable(name, "")
            other = names.get(variable)
            names[variable] = name
            if other is not None:
                message = (
                    f"The {self.noun}s {other!r} and {name!r} would share their secrets: rename"
                    " one."
                )
                if name == other:
                    message = f"Two {self.noun}s are called {name!r}: give each a name of its own."
                raise UsageError(message)
        return made

    def one(self, table: Mapping[str, Any], secrets: Secrets) -> T:
        """Make one of its table."""
        name, kind, noun = table.get("name"), table.get("kind"), self.noun
        title = f"A {noun} of kind {kind!r}" if kind else f"A {noun}"
        title = f"{noun.capitalize()} {name!r}" if name else title
        for found in self.kinds:
            if kind == found.KIND:
                break
        else:
            kinds = ", ".join(found.KIND for found in self.kinds)
            lacks = "its kind is missing" if kind is None else f"there is no kind {kind!r}"
            message = f"{title}: {lacks}: use one of {kinds}."
            raise UsageError(message)
        config: type[TableConfig] = found.CONFIG
        try:
            made: T = found(
                config.model_validate(self._filled(dict(table), config, title, secrets))
            )
        except ValidationError as error:
            message = f"{title}: {self._fault(error, config)}."
            raise UsageError(message) from None
        return made

    def _fault(self, error: ValidationError, config: type[TableConfig]) -> str:
        first = error.errors()[0]
        word = ".".join(str(part) for part in first["loc"]) or self.whole
        reason = said(first)
        if first["type"] == "string_pattern_mismatch":
            reason = self.misfit or reason
            if word == "name":
                reason = "use small letters, digits, dots and dashes, 32 at most"
        if first["type"] == "extra_forbidden":
            secrets = config.secrets()
            words = [f"{name}_file" if name in secrets else name for name in config.model_fields]
            reason = f"there is no such word for this kind: use {', '.join(words)}"
        return f"{word}: {reason}"

    def _filled(
        self, table: dict[str, Any], config: type[TableConfig], title: str, secrets: Secrets
    ) -> dict[str, Any]:
        """A table with its secrets, from the environment or the files that it names."""
        for field in config.secrets():
            path = table.pop(f"{field}_file", None)
            if field in table:
                message = (
                    f"{title}: {field} must not stand in the file: set"
                    f" {self.variable(str(table.get('name')), field)}, or name a file that holds it"
                    f" with {field}_file."
                )
                raise UsageError(message)
            value = secrets(str(table.get("name")), field)
            if value is None and path is not None:
                try:
                    value = Path(path).read_text().strip()
                except (OSError, UnicodeDecodeError) as error:
                    why = error.strerror if isinstance(error, OSError) else "it is no text"
                    message = f"{title}: {field}_file {path} cannot be read: {why}."
                    raise UsageError(message) from None
            if value is not None:
                table[field] = value
        return table
