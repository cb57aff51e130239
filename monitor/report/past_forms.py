"""The forms of what is told of the past: those of now, with what came late."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from monitor.report.forms import AlertForm, CallForm, VesselForm

LATE = "It had happened by then, and was known later: nobody saw it at that instant."


class PastVesselForm(VesselForm):
    """A vessel with her last fix at an instant, and what she had said of herself by then."""

    received_at: datetime
    late: bool = Field(description="Her fix was received after that instant.")


class PastAlertForm(AlertForm):
    """An alert as it stood."""

    late: bool = Field(description=LATE)


class PastCallForm(CallForm):
    """A port call as it stood."""

    late: bool = Field(description=LATE)
