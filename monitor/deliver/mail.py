"""E-mail over SMTP, encrypted: text, and HTML with a little chart. An alert is one thread."""

from __future__ import annotations

import asyncio
import html
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, Literal

import aiosmtplib
import structlog
from pydantic import Field, SecretStr

from monitor.alert.message import Message, Severity
from monitor.clock import now_us
from monitor.deliver.body import text_of, title_of
from monitor.deliver.channel import Channel, ChannelConfig, one_line, reveal
from monitor.deliver.chart import SHOWN_WIDTH, chart
from monitor.deliver.trust import trust
from monitor.engine.geofence import FenceSet
from monitor.errors import DeliveryError, LaterError, NeverError
from monitor.units import to_datetime
from monitor.words import plain

Address = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$")
]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,253}$")]

PORTS = {"tls": 465, "starttls": 587, "none": 25}

LOGIN_REFUSED = {530, 534, 535, 538}
"""Replies to a login (RFC 4954): keys are mended, so these are no reason to give a message up."""

log = structlog.get_logger()

_COLOURS = {Severity.INFO: "#2b6cb0", Severity.WARNING: "#b7791f", Severity.CRITICAL: "#c53030"}


class MailConfig(ChannelConfig):
    """``kind = "email"``."""

    kind: Literal["email"] = "email"
    host: Host
    port: int | None = Field(None, ge=1, le=65535, description="Unset: what the encryption uses.")
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str | None = Field(
        None, description="Whom to trust in place of those whom the system trusts; PEM."
    )
    username: str | None = Field(None, pattern=r"^[ -~]{1,200}$")
    password: SecretStr | None = None
    sender: Address
    to: tuple[Address, ...] = Field(min_length=1, max_length=100)


class Mail(Channel[MailConfig]):
    """Sends to some addresses through one server."""

    KIND = "email"
    SUMMARY = "E-mail through an SMTP server, over TLS."
    CONFIG = MailConfig

    def __init__(self, config: MailConfig) -> None:
        """Without polygons no chart is drawn."""
        super().__init__(config)
        self._fences = FenceSet(ports=())

    def sees(self, fences: FenceSet) -> None:
        """See Channel."""
        self._fences = fences

    @property
    def where(self) -> str:
        """The server, and how many get it."""
        many = len(self.config.to)
        return f"{self.config.host}, to {self.config.to[0] if many == 1 else f'{many} addresses'}"

    async def send(self, message: Message) -> None:
        """Send it; see Channel. If some addresses were refused, it is dead, and says which."""
        config = self.config
        password = None if config.username is None else reveal(config, "password")
        made = letter(message, config, await self._chart(message))
        try:
            refused, _ = await aiosmtplib.send(
                made,
                hostname=config.host,
                port=config.port or PORTS[config.encryption],
                username=config.username,
                password=password,
                use_tls=config.encryption == "tls",
                start_tls=config.encryption == "starttls",
                tls_context=None
                if config.encryption == "none"
                else trust(config.ca_file, config.host),
                timeout=config.timeout_s,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _said(error, config.host) from error
        if refused:
            these = ", ".join(sorted(refused))
            raise NeverError(f"{config.host} refused {these}; all others got it.")

    async def _chart(self, message: Message) -> bytes | None:
        """Draw beside the loop; a letter goes out without a chart rather than not at all."""
        try:
            return await asyncio.to_thread(chart, message, self._fences)
        except Exception:  # whatever is odd about a polygon
            log.exception("chart failed", channel=self.config.name)
            return None


def letter(message: Message, config: MailConfig, picture: bytes | None = None) -> EmailMessage:
    """Make the letter; no word of a message can become a header of it. ``picture``: a PNG."""
    domain = config.sender.rpartition("@")[2]
    made = EmailMessage()
    made["From"] = config.sender
    made["To"] = ", ".join(config.to)
    made["Subject"] = one_line(title_of(message))
    made["Date"] = format_datetime(to_datetime(now_us()))
    made["Message-ID"] = f"<{message.key}@{domain}>"
    if message.revision > 1:
        made["In-Reply-To"] = made["References"] = f"<{message.alert}.1@{domain}>"
    if message.severity is Severity.CRITICAL:
        made["Importance"] = "high"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    made.set_content(text_of(message))
    if picture is None:
        made.add_alternative(page(message), subtype="html")
        return made
    name = f"chart.{message.key}@{domain}"
    made.add_alternative(page(message, name), subtype="html")
    html_part = made.get_body(("html",))
    assert isinstance(html_part, EmailMessage)  # noqa: S101 - it was just added
    html_part.add_related(
        picture, "image", "png", cid=f"<{name}>", filename="chart.png", disposition="inline"
    )
    return made


def page(message: Message, picture: str | None = None) -> str:
    """Make the HTML: what is said, escaped, and nothing that is fetched from anywhere.

    ``picture``: the name of one that is a part of the letter.
    """
    lines = "<br>\n".join(html.escape(plain(line)) for line in message.text.splitlines())
    link = ""
    if message.link is not None:
        address = html.escape(message.link, quote=True)
        link = f'<p><a href="{address}">{address}</a></p>\n'
    image = ""
    if picture is not None:
        where = html.escape(f"Chart: {title_of(message)}", quote=True)
        name = html.escape(picture, quote=True)
        image = f'<p><img src="cid:{name}" width="{SHOWN_WIDTH}" alt="{where}"></p>\n'
    return (
        '<!DOCTYPE html>\n<html lang="en"><body style="font-family: sans-serif">\n'
        f'<h2 style="border-left: 6px solid {_COLOURS[message.severity]}; padding-left: 8px">'
        f"{html.escape(title_of(message))}</h2>\n<p>{lines}</p>\n{image}{link}</body></html>\n"
    )


def _said(error: Exception, host: str) -> DeliveryError:
    """Put an error in a sentence, and say whether trying again may help."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
        kind = NeverError if min(codes, default=0) >= 500 else LaterError
        return kind(f"{host} refused all addresses ({', '.join(map(str, sorted(set(codes))))}).")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = one_line(error.message, 100)
        if error.code in LOGIN_REFUSED:
            return LaterError(f"{host} refuses the login ({error.code}): check the password.")
        kind = NeverError if error.code >= 500 else LaterError
        return kind(f"{host} refused: {error.code} {words}.")
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        return LaterError(f"{host} did not answer in time.", perhaps=True)
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return LaterError(f"{host} closed the connection.", perhaps=True)
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return LaterError(f"{host} cannot be reached.")
    return LaterError(f"{host} could not be spoken with: {one_line(str(error), 100)}.")
