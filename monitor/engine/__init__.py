"""The pure core: reports in, findings out. Nothing here does I/O or reads a clock."""
