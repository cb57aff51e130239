"""What the columns of the store take of a static report."""

from __future__ import annotations

from monitor.model import Static

INT16 = range(-(2**15), 2**15)


def must_fit(static: Static) -> None:
    """The columns of tables ``vessel`` and ``identity``."""
    assert 0 <= static.mmsi < 2**31
    for words in (static.name, static.callsign, static.destination, static.eta):
        if words is not None:
            words.encode()  # a lone surrogate raises
            assert words.isprintable(), repr(words)
            assert words == words.strip() != ""
    sides = (static.to_bow_m, static.to_stern_m, static.to_port_m, static.to_starboard_m)
    assert all(side is None or 0 <= side <= 1022 for side in sides)
    assert static.ship_type is None or static.ship_type in INT16
    assert static.imo is None or 0 < static.imo < 2**31
    assert static.draught_m is None or 0 < static.draught_m < 1e3
