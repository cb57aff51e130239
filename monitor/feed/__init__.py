"""Where lines come from: one file a kind of source."""
