"""Pure: rules, stories and messages of alerts; watchlists, and which vessels are on them."""
