"""Pure: what people and satellites saw, how it is written, and whether AIS tells of it, too."""
