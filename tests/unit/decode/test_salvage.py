"""A decoder that fails on a line loses that line, and nothing else."""

from __future__ import annotations

from monitor.decode.journal import JournalDecoder
from monitor.decode.nmea.decoder import NmeaDecoder
from monitor.journal.blocks import block
from monitor.model import Lines, Reports
from tests.unit.decode.journals import AT, HEAD, ONE


class Brittle(NmeaDecoder):
    """A decoder with a fault: it fails on one line."""

    def decode(self, lines: Lines, *, final: bool = False) -> Reports:
        """Fail, with the state half changed."""
        if b"FAULT" in lines.data:
            self._line += 1000
            raise ZeroDivisionError
        return super().decode(lines, final=final)


def test_a_line_on_which_a_decoder_fails_costs_itself_alone() -> None:
    """It counts against its own feed, and the decoder goes on as if it had not been."""
    decoder = JournalDecoder()
    decoder.decode(Lines(data=HEAD, source="journal"))
    name = "harbour"
    decoder._decoders[name] = Brittle()
    data = block(AT, name, ONE + b"FAULT\n" + ONE) + block(AT + 9, name, ONE)
    reports = decoder.decode(Lines(data=data, source="journal"))
    assert reports.refusals == {(name, "undecodable"): 1}
    assert reports.positions["seq"].tolist() == [0, 2, 3]
    assert reports.positions["received_at"].tolist() == [AT, AT, AT + 9]
    assert reports.positions["line"].tolist() == [1, 2, 3]
