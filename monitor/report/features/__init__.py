"""Features as OGC API has them: collections, what is asked of them, GeoJSON and pages."""
