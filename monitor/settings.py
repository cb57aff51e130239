"""Settings: from ``monitor.toml`` and the environment (MONITOR_…), built once and handed down."""

from __future__ import annotations

import os
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from monitor.complaints import said
from monitor.errors import UsageError
from monitor.hidden import without_keys, without_password
from monitor.words import zone_name

APPLICATION = "maritime-movement-monitor"
CONFIG = "monitor.toml"
TOKENS = ("alerts_token", "token")
"""Settings that are secrets, and may be held by a file: NAME_file."""

TOKEN_LETTERS = 16
"""A token that is shorter can be guessed."""

PUBLIC = re.compile(r"https?://[A-Za-z0-9._:\[\]-]{1,253}(?:/[A-Za-z0-9._~/-]{0,100})?")
"""What a link may begin with: no login, no query, nothing that ends it in a text."""


def default_home() -> Path:
    """The platform's user data directory; for root /var/lib, where its server may go as well."""
    import platformdirs  # noqa: PLC0415 - only where MONITOR_HOME is unset

    if os.geteuid() == 0:
        return Path("/var/lib") / APPLICATION
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def bundled_geofences() -> Path:
    """The folder of ports that comes with the program."""
    bundled = Path(str(files("monitor"))) / "_bundled" / "geofences"
    return bundled if bundled.is_dir() else Path(str(files("monitor"))).parent / "geofences"


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    bare = ":" in host and not host.startswith("[")
    if not host or bare or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        message = f"{text!r} is no address: write host:port, such as 127.0.0.1:8080 or [::1]:8080"
        raise ValueError(message)
    return text


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?", text):
        message = f"{text!r} is no name of a host: write it without a port, such as watch.example"
        raise ValueError(message)
    return text.lower()


def _public(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not PUBLIC.fullmatch(text):
        message = f"{text!r} is no address that a link can begin with: write https://watch.example"
        raise ValueError(message)
    return text.rstrip("/")


def _edge(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", text):
        message = f"{text!r} is no name of an edge: use small letters, digits, _, -; 32 at most"
        raise ValueError(message)
    return text


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _brokers(text: str) -> str:
    servers = [server.strip() for server in text.split(",")]
    for server in servers:
        parts = urlsplit(server)
        if (
            parts.scheme not in {"nats", "tls"} or not parts.hostname or parts.path.strip("/")
            or not _has_good_port(parts)
        ):  # fmt: skip
            message = (
                f"{without_keys(server)!r} is no broker: write nats://host:4222 or tls://host:4222,"
                " several with commas between"
            )
            raise ValueError(message)
    return ",".join(servers)


class Settings(BaseSettings):
    """All there is to set. The environment's name of each is MONITOR_ and the name."""

    model_config = SettingsConfigDict(env_prefix="MONITOR_", frozen=True, extra="forbid")

    FILE: ClassVar[Path | None] = None

    home: Path = Field(
        default_factory=default_home,
        description="Where the private PostGIS and the spool are kept.",
    )
    database_url: str | None = Field(
        default=None, description="PostGIS to use; unset: a private cluster, started on demand."
    )
    database_url_file: Path | None = Field(
        default=None, description="File that holds the database's URL, password and all."
    )
    geofences: Path = Field(
        default_factory=bundled_geofences, description="Folder of geofence files, one a port."
    )
    lateness_s: float | None = Field(
        default=None, ge=0, le=86_400,
        description="How long a late report is waited for, seconds; unset: 120 for logs, and what"
        " its feeds need for a live watch.",
    )  # fmt: skip
    feeds: list[dict[str, Any]] = Field(
        default_factory=list, description="The live feeds: [[feeds]] tables, or a JSON list."
    )
    channels: list[dict[str, Any]] = Field(
        default_factory=list,
        description="Where alerts are told: [[channels]] tables, or a JSON list.",
    )
    rules: Path | None = Field(
        default=None,
        description="File of alert rules, beside those that ship; see `monitor rules list`.",
    )
    zone: Annotated[str, AfterValidator(zone_name)] = Field(
        default="UTC", description="Time zone that messages give beside UTC, such as Europe/Rome."
    )
    public_url: Annotated[str, AfterValidator(_public)] | None = Field(
        default=None,
        description="Where officers reach this watch, such as https://watch.example: messages link"
        " to their alert there; unset: they have no link.",
    )
    alerts_token: SecretStr | None = Field(
        default=None,
        description="Token of officers who acknowledge, assign, close and mute over HTTP; unset:"
        " nobody can.",
    )
    alerts_token_file: Path | None = Field(
        default=None, description="File that holds the token of officers."
    )
    listen: Annotated[str, AfterValidator(_address)] = Field(
        default="127.0.0.1:8080",
        description="Where serve answers: health, metrics, status, pushed feeds.",
    )
    listen_pushers: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None, description="Where feeds are pushed to, and nothing is read; unset: listen."
    )
    listen_readers: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None, description="Where serve answers readers, and takes nothing; unset: listen."
    )
    hosts: list[Annotated[str, AfterValidator(_host)]] = Field(
        default_factory=list,
        description="Names that serve is asked for by, besides addresses; unset: any.",
    )
    tls_certificate: Path | None = Field(
        default=None, description="File of serve's own certificate, PEM, with what it rests on."
    )
    tls_key: Path | None = Field(default=None, description="File of the key to it, PEM.")
    behind_proxy: bool = Field(
        default=False,
        description="A proxy stands before serve, sees to TLS and says who asks (X-Forwarded-For).",
    )
    open_reading: bool = Field(
        default=False, description="Whoever reaches serve may read; unset: on loopback only, and"
        " only until a user or a token is made.",
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="Token that `monitor status` shows to the watch that it asks."
    )
    token_file: Path | None = Field(default=None, description="File that holds that token.")
    spool: Path | None = Field(
        default=None,
        description="Where serve keeps what is not stored yet; unset: spool in the home.",
    )
    spool_mb: Annotated[int, Field(ge=1)] = Field(
        default=1024, description="How much may wait there, MB; beyond it the oldest is dropped."
    )
    record: Path | None = Field(
        default=None, description="Folder to record all that is received in; unset: nothing is."
    )
    role: Literal["all", "edge", "engine"] = Field(
        default="all",
        description="What serve does: all of it; or hear feeds and send what they bring to a broker"
        " (edge); or take it from there, watch and tell (engine).",
    )
    edge: Annotated[str, AfterValidator(_edge)] | None = Field(
        default=None, description="Name of an edge; no other edge of the stream may have it."
    )
    broker: Annotated[str, AfterValidator(_brokers)] | None = Field(
        default=None, description="NATS servers of edges and engines, commas between them."
    )
    broker_file: Path | None = Field(
        default=None, description="File that holds the broker's addresses, password and all."
    )
    broker_ca: Path | None = Field(
        default=None, description="File of whom to believe that he is the broker, by TLS, PEM."
    )
    stream: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")] = Field(
        default="monitor", description="The stream that edges send to, and engines take."
    )
    stream_replicas: Literal[1, 3, 5] | None = Field(
        default=None, description="How many servers hold it; unset: 3 in a cluster, else 1."
    )
    stream_mb: Annotated[int, Field(ge=16)] = Field(
        default=4096, description="How much the stream holds, MB; beyond it edges keep what comes."
    )
    keep_positions_days: Annotated[int, Field(ge=7)] | None = Field(
        default=None,
        description="Drop positions older than this; unset: never. Events and port calls stay.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        file = config_file()
        if file is None:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)

    @property
    def spool_directory(self) -> Path:
        """Where the spool is."""
        return self.spool if self.spool is not None else self.home / "spool"

    @property
    def pushers_at(self) -> str:
        """Where feeds are pushed to."""
        return self.listen_pushers or self.listen

    @property
    def readers_at(self) -> str:
        """Where readers are answered."""
        return self.listen_readers or self.listen


def config_file() -> Path | None:
    """The settings file: what MONITOR_CONFIG names, else ``monitor.toml`` if it is here."""
    named = os.environ.get("MONITOR_CONFIG")
    if named is not None:
        return Path(named)
    return Path(CONFIG) if Path(CONFIG).is_file() else None


def read_settings(**words: Any) -> Settings:
    """Settings as file and environment have them, but for ``words`` (None: as they have it).

    UsageError says what is wrong, and where.
    """
    given: dict[str, Any] = {name: value for name, value in words.items() if value is not None}
    file = config_file()
    if file is not None:
        _check_file(file)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        word = str(first["loc"][0])
        variable = f"MONITOR_{word.upper()}"
        where = variable if variable in os.environ else f"{file}: {word}"
        if word in given:
            where = f"--{word}"
        reason = said(first)
        if first["type"] == "extra_forbidden":
            reason = "there is no such setting"
        if first["type"] == "list_type" and word in {"feeds", "channels"}:
            reason = f"write each as a table of its own, [[{word}]]"
        message = f"{where}: {reason}."
        raise UsageError(message) from None
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = f"MONITOR_{field[1].upper()}" if field else "A setting of the environment"
        message = f"{name} is not valid JSON."
        raise UsageError(message) from None
    if settings.database_url is None and settings.database_url_file is not None:
        url = _held("database_url_file", settings.database_url_file)
        settings = settings.model_copy(update={"database_url": url})
    if settings.broker is None and settings.broker_file is not None:
        held_by = _held("broker_file", settings.broker_file)
        try:
            settings = settings.model_copy(update={"broker": _brokers(held_by)})
        except ValueError as error:
            message = f"broker_file {settings.broker_file}: {error}."
            raise UsageError(message) from None
    for name in TOKENS:
        held = getattr(settings, f"{name}_file")
        if getattr(settings, name) is None and held is not None:
            token = SecretStr(_held(f"{name}_file", held))
            settings = settings.model_copy(update={name: token})
    if settings.alerts_token is not None:
        _check_token(settings.alerts_token.get_secret_value())
    return settings


def _held(setting: str, file: Path) -> str:
    """What a file holds that is named by a setting."""
    try:
        return file.read_text().strip()
    except OSError as error:
        message = f"{setting} {error.filename} cannot be read: {error.strerror}."
        raise UsageError(message) from None
    except UnicodeDecodeError:
        message = f"{setting} {file} is not a text file."
        raise UsageError(message) from None


def _check_token(token: str) -> None:
    if len(token) < TOKEN_LETTERS or not (token.isascii() and token.isprintable()) or " " in token:
        message = (
            f"The token of officers (MONITOR_ALERTS_TOKEN) must have {TOKEN_LETTERS} letters and"
            " digits at least, and no blank: make one with `openssl rand -hex 32`."
        )
        raise UsageError(message)


def _check_file(file: Path) -> None:
    try:
        words = tomllib.loads(file.read_text())
    except OSError as error:
        message = f"The settings file {file} cannot be read: {error.strerror}."
        raise UsageError(message) from None
    except UnicodeDecodeError:
        message = f"{file} is not a text file."
        raise UsageError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{file} is not valid TOML: {error}."
        raise UsageError(message) from None
    for name in TOKENS:
        if name in words:
            message = (
                f"{file}: {name} must not stand in the file: set MONITOR_{name.upper()}, or name a"
                f" file that holds it with {name}_file."
            )
            raise UsageError(message)
    for name, held_by in (("database_url", "database_url_file"), ("broker", "broker_file")):
        url = words.get(name)
        if isinstance(url, str) and any(without_password(u) != u for u in url.split(",")):
            message = (
                f"{file}: the password of {name} must not stand in the file: set"
                f" MONITOR_{name.upper()}, or name a file that holds it with {held_by}."
            )
            raise UsageError(message)


def secret_variable(feed: str, field: str) -> str:
    """Name of the environment variable of a feed's secret."""
    return f"MONITOR_FEED_{feed}_{field}".upper().translate(str.maketrans("-.", "__"))


def channel_variable(channel: str, field: str) -> str:
    """Name of the environment variable of a channel's secret."""
    return f"MONITOR_CHANNEL_{channel}_{field}".upper().translate(str.maketrans("-.", "__"))


def channel_secret(channel: str, field: str) -> str | None:
    """What the environment holds for a channel's secret."""
    return os.environ.get(channel_variable(channel, field))


def feed_secret(feed: str, field: str) -> str | None:
    """What the environment holds for a feed's secret."""
    return os.environ.get(secret_variable(feed, field))
