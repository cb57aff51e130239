"""PostGIS: the private cluster, the schema, one writer, and what the faces ask."""
