"""Runs the pipe over its sources: the only place where tasks are born.

``replay`` runs it over recorded logs. ``live`` runs it over feeds: they are merged into a journal
(``hub``), each under a supervisor of its own (``supervisor``), and the journal is followed into
PostGIS (``follow``), just as a replay would read it.
"""
