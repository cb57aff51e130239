"""Pure: watchlists, and which vessels are on them."""
