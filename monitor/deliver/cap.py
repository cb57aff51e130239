"""CAP 1.2 (OASIS Common Alerting Protocol): what alert systems of authorities read."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from monitor.alert.message import Message, Severity, Word
from monitor.units import to_datetime

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

_TYPES = {
    Word.RAISED: "Alert", Word.AMENDED: "Update", Word.WITHDRAWN: "Cancel", Word.DIGEST: "Alert",
    Word.TEST: "Alert",
}  # fmt: skip
_URGENCY = {
    Severity.CRITICAL: "Immediate", Severity.WARNING: "Expected", Severity.INFO: "Unknown",
}  # fmt: skip
_SEVERITY = {
    Severity.CRITICAL: "Severe", Severity.WARNING: "Moderate", Severity.INFO: "Minor",
}  # fmt: skip

AREA_KM = 1.0
"""A position is told as a circle of this radius: a fix may be of a bow or of a stern."""


def as_cap(message: Message, sender: str) -> bytes:
    """Make a CAP message that is valid against the schema of CAP 1.2.

    Section 3.2 of the standard: no blanks, commas, < or & in ``identifier`` and ``sender``; an
    update and a cancel refer to the message before; a restricted scope says its restriction.
    """
    alert = Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", message.key)
    _add(alert, "sender", sender)
    _add(alert, "sent", _instant(message.decided_at))
    _add(alert, "status", "Test" if message.word is Word.TEST else "Actual")
    _add(alert, "msgType", _TYPES[message.word])
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", "For those whom the watch tells.")
    if message.before_at is not None and message.word in {Word.AMENDED, Word.WITHDRAWN}:
        before = f"{message.alert}.{message.revision - 1}"
        _add(alert, "references", f"{sender},{before},{_instant(message.before_at)}")
    info = SubElement(alert, "info")
    _add(info, "language", "en")
    _add(info, "category", "Security")
    _add(info, "event", str(message.record.get("event") or "ship movement"))
    _add(info, "urgency", _URGENCY[message.severity])
    _add(info, "severity", _SEVERITY[message.severity])
    _add(info, "certainty", "Unlikely" if message.word is Word.WITHDRAWN else "Likely")
    if message.happened_at is not None:
        _add(info, "onset", _instant(message.happened_at))
    _add(info, "headline", message.headline)
    _add(info, "description", message.text)
    if message.link is not None:
        _add(info, "web", message.link)
    for name, value in (("mmsi", message.mmsi), ("name", message.name)):
        if value is not None:
            parameter = SubElement(info, "parameter")
            _add(parameter, "valueName", name)
            _add(parameter, "value", f"{value:09d}" if isinstance(value, int) else value)
    if message.place is not None or message.lon is not None:
        area = SubElement(info, "area")
        _add(area, "areaDesc", message.place or "at sea")
        if message.lon is not None and message.lat is not None:
            _add(area, "circle", f"{message.lat:.5f},{message.lon:.5f} {AREA_KM:g}")
    made: bytes = tostring(alert, encoding="utf-8", xml_declaration=True)
    return made


def _add(parent: Element, name: str, text: str) -> None:
    """Add an element; marks that XML 1.0 cannot hold become question marks."""
    SubElement(parent, name).text = "".join(mark if _fits(mark) else "?" for mark in text)


def _fits(mark: str) -> bool:
    """Whether XML may hold it: its Char production, 2.2."""
    code = ord(mark)
    return (
        mark in "\t\n\r"
        or (code >= 0x20 and not 0xD800 <= code < 0xE000 and code < 0xFFFE)
        or (code >= 0x10000)
    )


def _instant(at: int) -> str:
    """Give an instant as CAP wants it: whole seconds, and UTC as -00:00, never as Z."""
    return f"{to_datetime(at):%Y-%m-%dT%H:%M:%S}-00:00"
