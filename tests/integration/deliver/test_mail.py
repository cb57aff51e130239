"""E-mail through a real SMTP server: TLS, login, and letters whose headers nobody else writes."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import SecretStr
from structlog.testing import capture_logs

from monitor.alert.message import Severity, Word
from monitor.deliver import mail
from monitor.deliver.mail import Mail, MailConfig, letter, page
from monitor.errors import DeliveryError, LaterError, NeverError
from tests.integration.deliver.ends import certificate, context_of, message
from tests.ports import ports

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LOGIN = ("watch", "s3cret")


class Post:
    """What the server took; ``answers`` are for some verbs another than yes."""

    def __init__(self) -> None:
        """Nothing was taken yet."""
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.answers: dict[str, str] = {}
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _: Any, __: Any, envelope: Any, address: str, ___: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or not."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.encrypted.append(session.ssl is not None)
        made = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        self.letters.append((envelope.rcpt_tos, made))
        return "250 OK"


def authenticator(*words: Any) -> AuthResult:
    """Let in the one who knows the password."""
    data = words[-1]
    known = (data.login.decode(), data.password.decode()) == LOGIN
    return AuthResult(success=known, handled=known)


@asynccontextmanager
async def office(made: tuple[Path, Path] | None, **words: Any) -> AsyncIterator[tuple[Post, Mail]]:
    """A server that wants TLS and a login if it has a certificate, and a channel to it."""
    post, loop = Post(), asyncio.get_running_loop()
    tls = words.get("encryption") == "tls"
    context = None if made is None else context_of(*made)
    settings: dict[str, Any] = {"hostname": "127.0.0.1", "loop": loop}
    if context is not None:
        settings |= {"authenticator": authenticator, "auth_required": True}
        settings |= {"auth_require_tls": False} if tls else {
            "tls_context": context, "require_starttls": True,
        }  # fmt: skip
    server = await loop.create_server(
        lambda: SMTP(post, **settings), "127.0.0.1", 0, ssl=context if tls else None
    )
    config: dict[str, Any] = {
        "name": "mail", "host": "127.0.0.1", "port": server.sockets[0].getsockname()[1],
        "sender": "watch@example.org", "to": ("duty@example.org",), "timeout_s": 5,
    }  # fmt: skip
    if made is None:
        config["encryption"] = "none"
    else:
        config |= {
            "ca_file": str(made[0]), "username": LOGIN[0], "password": SecretStr(LOGIN[1]),
        }  # fmt: skip
    try:
        yield post, Mail(MailConfig(**config | words))
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 and its key."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_letter_over_tls_with_a_login(made: tuple[Path, Path], encryption: str) -> None:
    async with office(made, encryption=encryption) as (post, channel):
        await channel.send(message(severity=Severity.CRITICAL))
    (((to,), found),) = post.letters
    assert encryption == "tls" or post.encrypted == [True]  # a port of TLS takes nothing else
    assert to == "duty@example.org"
    assert found["Subject"] == "SPARTA IV arrived at Tobruk"
    assert found["Message-ID"] == f"<{message().key}@example.org>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Importance"] == "high"
    plain, page_ = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page_ is not None
    assert "IMO 9743033" in plain.get_content()
    assert "<h2" in page_.get_content()


async def test_all_of_an_alert_is_one_thread() -> None:
    async with office(None) as (post, channel):
        await channel.send(message())
        await channel.send(message(revision=2, word=Word.WITHDRAWN))
    first, second = (found for _, found in post.letters)
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Subject"].startswith("WITHDRAWN: ")


async def test_a_letter_has_a_chart_of_where_it_happened() -> None:
    """A part of the letter, named by its HTML: nothing is fetched, and the text stays the text."""
    async with office(None) as (post, channel):
        channel.sees(ports())
        await channel.send(message())
        await channel.send(message(lon=None, lat=None))
    with_chart, without = (found for _, found in post.letters)
    assert [part.get_content_type() for part in with_chart.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    picture = next(part for part in with_chart.walk() if part.get_content_type() == "image/png")
    name = f"chart.{message().key}@example.org"
    assert (picture["Content-ID"], picture.get_content_disposition()) == (f"<{name}>", "inline")
    assert picture.get_payload(decode=True)[:8] == b"\x89PNG\r\n\x1a\n"
    page_ = with_chart.get_body(("html",))
    assert page_ is not None
    assert f'<img src="cid:{name}" width="600" alt="Chart: SPARTA IV' in page_.get_content()
    assert "image/png" not in [part.get_content_type() for part in without.walk()]


async def test_a_chart_that_cannot_be_drawn_holds_up_no_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It goes out without, and the log says why."""

    def broken(*_: Any) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(mail, "chart", broken)
    with capture_logs() as logs:
        async with office(None) as (post, channel):
            channel.sees(ports())
            await channel.send(message())
    assert len(post.letters) == 1
    assert [entry["event"] for entry in logs] == ["chart failed"]


async def test_a_wrong_password_can_be_mended(made: tuple[Path, Path]) -> None:
    async with office(made, password=SecretStr("wrong")) as (post, channel):
        with pytest.raises(LaterError, match=r"refuses the login \(535\)") as refusal:
            await channel.send(message())
    assert "wrong" not in str(refusal.value)
    assert post.letters == []


async def test_a_certificate_that_is_not_trusted(made: tuple[Path, Path]) -> None:
    async with office(made, ca_file=None) as (post, channel):
        with pytest.raises(LaterError):
            await channel.send(message())
    assert post.letters == []


async def test_without_tls_nothing_is_sent_where_it_is_wanted() -> None:
    async with office(None, encryption="starttls") as (post, channel):
        with pytest.raises(LaterError):
            await channel.send(message())
    assert post.letters == []


@pytest.mark.parametrize(
    ("answers", "kind", "words"),
    [
        ({"DATA": "554 Looks like spam"}, NeverError, "refused: 554 Looks like spam"),
        ({"DATA": "451 Try again"}, LaterError, "refused: 451 Try again"),
        ({"duty@example.org": "550 Unknown"}, NeverError, "refused all addresses (550)"),
        ({"duty@example.org": "450 Full"}, LaterError, "refused all addresses (450)"),
    ],
)
async def test_what_a_server_answers(
    answers: dict[str, str], kind: type[DeliveryError], words: str
) -> None:
    async with office(None) as (post, channel):
        post.answers = answers
        with pytest.raises(kind) as refusal:
            await channel.send(message())
    assert words in str(refusal.value)


async def test_some_addresses_are_refused_and_that_is_said() -> None:
    async with office(None, to=("duty@example.org", "gone@example.org")) as (post, channel):
        post.answers = {"gone@example.org": "550 Unknown"}
        with pytest.raises(NeverError, match=r"refused gone@example\.org; all others got it"):
            await channel.send(message())
    assert len(post.letters) == 1


async def test_nobody_listens() -> None:
    async with office(None) as (_, channel):
        pass
    with pytest.raises(LaterError, match=r"127\.0\.0\.1 cannot be reached"):
        await channel.send(message())


async def test_no_word_of_a_message_becomes_a_header() -> None:
    """Nor a recipient, nor markup."""
    evil = "A\r\nBcc: spy@example.net\r\n\r\n<script>alert(1)</script>"
    async with office(None) as (post, channel):
        await channel.send(message(headline=evil, text=evil, link='https://x.example/"><script>'))
    (((to,), found),) = post.letters
    assert to == "duty@example.org"
    assert found["Bcc"] is None
    assert found["Subject"].startswith("A Bcc: spy@example.net <script>")
    assert "<script" not in page(message(headline=evil, text=evil, link='https://x/"><script>'))


def test_an_id_that_is_none_makes_no_letter() -> None:
    """Ids are ours; one that could end a header is refused by the letter itself."""
    config = MailConfig(name="m", host="h", sender="a@b.example", to=("c@d.example",))
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        letter(message(alert="a\r\nBcc: spy@example.net"), config)
