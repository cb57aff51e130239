"""MQTT packets out of a stream of bytes."""

from __future__ import annotations

import itertools

from monitor.mqtt_packets import PUBLISH, PacketCutter, publication, publish_packet
from tests.integration.feed.broker import PINGRESP, publish


def test_packets_may_be_cut_anywhere() -> None:
    """Whatever the pieces, the same packets; also those whose length takes two digits."""
    data = PINGRESP + publish("t", b"x" * 300) + b"\x32\x06\x00\x01t\x00\x05y" + publish("u", b"")
    for first, second in itertools.combinations(range(len(data) + 1), 2):
        if second - first > 9 and first % 7:
            continue
        cutter = PacketCutter()
        pieces = (data[:first], data[first:second], data[second:])
        packets = [packet for piece in pieces for packet in cutter.cut(piece)]
        found = [publication(packet) for packet in packets if packet.type == 3]
        assert found == [("t", b"x" * 300), ("t", b"y"), ("u", b"")]
        assert cutter.held == 0
    cutter = PacketCutter()
    assert not cutter.cut(b"\x10\x00")
    assert cutter.broken


def test_what_is_published_is_read_back() -> None:
    """QoS 1, retained: topic and payload, and a number for the answer."""
    sent = publish_packet("alerts/1", b"{}", 7, retain=True)
    (packet,) = PacketCutter().cut(sent)
    assert (packet.type, packet.flags) == (PUBLISH, 0b0011)
    assert publication(packet) == ("alerts/1", b"{}")
    (packet,) = PacketCutter().cut(publish_packet("alerts/1", b"{}", 7, retain=False))
    assert packet.flags == 0b0010
