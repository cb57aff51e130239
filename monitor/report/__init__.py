"""What people and other programs read: tables, formats, pictures. geopandas lives here."""
