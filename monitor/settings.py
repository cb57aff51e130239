"""Settings: from the environment (MONITOR_…), built once and handed down."""

from __future__ import annotations

import os
import re
from importlib.resources import files
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

APPLICATION = "maritime-movement-monitor"


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


class Settings(BaseSettings):
    """All there is to set. The environment's name of each is MONITOR_ and the name."""

    model_config = SettingsConfigDict(env_prefix="MONITOR_", frozen=True)

    home: Path = Field(
        default_factory=default_home, description="Where the private PostGIS cluster is kept."
    )
    database_url: str | None = Field(
        default=None, description="PostGIS to use; unset: a private cluster, started on demand."
    )
    geofences: Path = Field(
        default_factory=bundled_geofences, description="Folder of geofence files, one a port."
    )
    lateness_s: float = Field(
        default=120.0, ge=0, le=86_400, description="How long a late report is waited for, seconds."
    )


def without_password(url: str) -> str:
    """Return a database URL as it may be shown."""
    return re.sub(r"(://[^:@/]*):[^@/]*@", r"\1:***@", url)
