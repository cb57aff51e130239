"""Who two ships say they are: whether one of them is of a trade that meets others for its living.

Not to be told apart by how they lie: a bunker barge at a ship's side is a meeting like any other.
So each meeting is told, and what is usual about it is said: of types of ITU-R M.1371-5 (table 53).
"""

from __future__ import annotations

from typing import Any

from monitor.model import Static
from monitor.words import ship_type_text

TRADES = {
    31: "a tow", 32: "a tow", 50: "a pilot", 51: "search and rescue", 52: "a tug",
    53: "a port tender", 54: "an anti-pollution vessel", 55: "law enforcement", 58: "medical",
}  # fmt: skip
"""Types of ships whose work it is to lie beside others: what each makes of a meeting."""

TANKERS = range(80, 90)
"""Two of them may pass cargo; one may bunker another ship. Which of the two it is, AIS does not
say: bunker barges are tankers as well."""


def party(one: Static | None, two: Static) -> tuple[str, dict[str, Any]]:
    """Sentences about two ships, and figures: what each says of herself.

    ``one``, of whom the event bears the name, may have said nothing.
    """
    types = [None if static is None else static.ship_type for static in (one, two)]
    trade = _trade(types)
    figures = {
        "trade": trade,
        "other_name": two.name,
        "other_imo": two.imo,
        "type": ship_type_text(types[0]),
        "other_type": ship_type_text(types[1]),
    }
    who = f"MMSI {two.mmsi:09}" if two.name is None else f"{two.name}, MMSI {two.mmsi:09}"
    return f"The other is {who}. {_SENTENCES.get(trade or '', '')}".rstrip(), figures


def _trade(types: list[int | None]) -> str | None:
    """What is usual about ships of these types meeting; None: nothing, or they are not known."""
    for ship_type in types:
        if ship_type in TRADES:
            return TRADES[ship_type]
    tankers = sum(ship_type in TANKERS for ship_type in types)
    if tankers == 2:
        return "two tankers"
    return "a tanker" if tankers and None not in types else None


_SENTENCES = {
    **{trade: f"One of them says to be {trade}: such meet others as their work." for trade in
       ("a tow", "a pilot", "a tug", "a port tender", "an anti-pollution vessel")},
    "search and rescue": "One of them is of search and rescue: such meet others as their work.",
    "law enforcement": "One of them is of law enforcement: such meet others as their work.",
    "medical": "One of them is of medical transport: such meet others as their work.",
    "two tankers": "Both say to be tankers: cargo may be passed on, or one may bunker the other.",
    "a tanker": "One of them says to be a tanker: she may bunker the other.",
}  # fmt: skip
