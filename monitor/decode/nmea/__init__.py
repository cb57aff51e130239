"""NMEA 0183 and IEC 61162: AIS sentences in every form that loggers and stations write."""
