"""What people and other programs read: tables, formats, pictures. geopandas lives here."""

from monitor.report.database import connect

__all__ = ["connect"]
