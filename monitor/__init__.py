"""Maritime Movement Monitor: port departures and arrivals from public AIS."""

__version__ = "0.1.0"
