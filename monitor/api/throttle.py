"""Logins that fail are slowed down, by the name that is tried and by the address that tries.

Each has a bucket: a failure fills it, time empties it, and while it is full nothing is tried. The
bucket of a name does not keep out its owner: from an address where he logged in before, it is not
asked. What is remembered is bounded; what was used longest ago is forgotten first, and each entry
costs whoever wants to crowd out another a failure of his own.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address

MOST_FAILURES = 5.0
"""Of one name or address at once: typing errors of people."""

FORGIVEN_S = 60.0
"""One failure is forgiven so often: 1,440 guesses a day, which find no password of 12 letters."""

MOST_KEPT = 4_096
"""Names, and as many addresses: half a megabyte."""


class Buckets:
    """Failures by a key, each forgiven in time."""

    def __init__(self) -> None:
        """Nobody has failed yet."""
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._kept)

    def wait_s(self, key: str, now_s: float) -> float:
        """How long this key must wait; 0: not at all."""
        over = self._level(key, now_s) - (MOST_FAILURES - 1)
        return max(0.0, over * FORGIVEN_S)

    def failed(self, key: str, now_s: float) -> None:
        """Add a failure."""
        level = min(self._level(key, now_s) + 1, MOST_FAILURES)
        self._kept[key] = level, now_s
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def take_back(self, key: str, now_s: float) -> None:
        """Take back a failure that was none: it is added before that is known."""
        level = max(0.0, self._level(key, now_s) - 1)
        if level:
            self._kept[key] = level, now_s
        else:
            self._kept.pop(key, None)

    def _level(self, key: str, now_s: float) -> float:
        level, at_s = self._kept.get(key, (0.0, now_s))
        return max(0.0, level - (now_s - at_s) / FORGIVEN_S)


class Throttle:
    """Who may try to log in now."""

    def __init__(self) -> None:
        """Nobody has tried yet."""
        self.names, self.addresses = Buckets(), Buckets()
        self._homes: OrderedDict[tuple[str, str], None] = OrderedDict()

    def begin(self, name: str, address: str, now_s: float) -> float:
        """How long this login must wait; 0: it is tried now, and counts until it succeeds.

        It counts from its begin on, so that many at once are no way round.
        """
        place = network_of(address)
        wait_s = self.addresses.wait_s(place, now_s)
        if (name, place) not in self._homes:
            wait_s = max(wait_s, self.names.wait_s(name, now_s))
        if wait_s > 0:
            return wait_s
        self.addresses.failed(place, now_s)
        self.names.failed(name, now_s)
        return 0.0

    def untried(self, name: str, address: str, now_s: float) -> None:
        """It could not be tried after all."""
        self.addresses.take_back(network_of(address), now_s)
        self.names.take_back(name, now_s)

    def succeeded(self, name: str, address: str, now_s: float) -> None:
        """It was no failure; its address is one of this name's from now on."""
        self.untried(name, address, now_s)
        place = network_of(address)
        self._homes[name, place] = None
        self._homes.move_to_end((name, place))
        while len(self._homes) > MOST_KEPT:
            self._homes.popitem(last=False)


def network_of(address: str) -> str:
    """Whom an address stands for: of IPv6 its /64, of which one guest has all."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]
