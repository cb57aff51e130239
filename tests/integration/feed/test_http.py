"""What HTTP feeds say of servers that refuse, break off, or are not what they should be."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from monitor.clock import now_us
from monitor.errors import FeedError
from monitor.feed.http import check, place, plain_errors, refusal, retry_after_s, reveal, session
from monitor.feed.kind import FeedConfig
from monitor.units import HOUR_US, to_datetime
from tests.integration.feed.http_server import serving, talking

CONFIG = FeedConfig(name="sea.1", kind="test", connect_timeout_s=2)


async def fetched(url: str, **words: Any) -> str:
    with plain_errors("sea", 2, login="the key"):
        async with session(CONFIG, **words) as client, client.get(url) as response:
            check(response, "sea", login="the key", pause_s=60)
            return await response.text()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
        ("31 Dec 1999 23:59:59", 0),
        ("9" * 30, 86_400),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_pause_asked_for_is_read(value: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": value}) == seconds


def test_a_pause_until_a_date_is_seconds_from_now() -> None:
    date = format_datetime(to_datetime(now_us() + HOUR_US), usegmt=True)
    found = retry_after_s({"Retry-After": date})
    assert found is not None
    assert 3590 < found < 3601
    assert retry_after_s({}) is None


@pytest.mark.parametrize(
    ("status", "said", "pause_s"),
    [
        (400, "sea answered HTTP 400, not what was asked for: check the url.", None),
        (401, "sea refuses the login (HTTP 401): check the key.", None),
        (403, "sea refuses the login (HTTP 403): check the key.", None),
        (404, "sea has nothing at this address (HTTP 404): check the url.", None),
        (429, "sea has had too many requests (HTTP 429).", 60),
        (500, "sea is out of order (HTTP 500).", None),
        (503, "sea is out of order (HTTP 503).", None),
        (204, "sea answered HTTP 204, not what was asked for: check the url.", None),
    ],
)
async def test_a_status_is_a_sentence(status: int, said: str, pause_s: float | None) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async with serving(handler) as address:
        with pytest.raises(FeedError) as caught:
            await fetched(f"http://{address}/")
    assert (str(caught.value), caught.value.retry_after_s) == (said, pause_s)


def test_without_a_login_there_is_no_advice_on_it() -> None:
    assert str(refusal(401, None, "sea")) == "sea refuses the login (HTTP 401)."


async def test_the_program_says_who_it_is() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.headers['User-Agent']} {request.headers['X-Who']}")

    async with serving(handler) as address:
        said = await fetched(f"http://{address}/", headers={"X-Who": "me"})
    assert said.startswith("maritime-movement-monitor/")
    assert said.endswith(" me")


async def test_an_answer_without_end_is_cut_where_it_has_a_bound() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"one")
        await asyncio.sleep(60)
        return response

    async with serving(handler) as address:
        with pytest.raises(FeedError, match=r"^sea did not answer within 2 s\.$"):
            await fetched(f"http://{address}/", total_s=0.1)


async def test_a_ring_of_addresses() -> None:
    async def handler(_: web.Request) -> web.Response:
        raise web.HTTPFound("/again")

    async with serving(handler) as address:
        with pytest.raises(FeedError, match="sends from one address to the next"):
            await fetched(f"http://{address}/")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "does not speak HTTP as expected: check the url"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "broke off in the middle"),
    ],
)
async def test_a_server_that_hangs_up_or_is_another(answer: bytes, said: str) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with talking(conversation) as address:
        with pytest.raises(FeedError) as caught:
            await fetched(f"http://{address}/")
    assert str(caught.value) == f"sea {said}."


async def test_a_connection_that_is_reset() -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    async with talking(conversation) as address:
        with pytest.raises(FeedError, match=r"^sea broke off[^\[]*\.$"):
            await fetched(f"http://{address}/")


async def test_a_name_that_nobody_has() -> None:
    with pytest.raises(FeedError, match=r"^sea cannot be reached: [^\[\]]+\.$"):
        await fetched("http://nobody.invalid/")


async def test_an_address_that_is_none() -> None:
    with pytest.raises(FeedError, match=r"^sea is not an address: check the url\.$"):
        await fetched("http:///path")


async def test_a_server_without_tls() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(handler) as address:
        with pytest.raises(FeedError, match="does not speak TLS as expected"):
            await fetched(f"https://{address}/")


async def test_a_certificate_that_is_not_valid(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(  # noqa: ASYNC221 - before anything runs
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=localhost", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(handler, context) as address:
        with pytest.raises(FeedError, match=r"^sea has no valid certificate: self-signed"):
            await fetched(f"https://{address}/")
        trusting = ssl.create_default_context(cafile=str(certificate))
        trusting.check_hostname = False
        async with (
            session(CONFIG) as client,
            client.get(f"https://{address}/", ssl=trusting) as response,
        ):
            assert response.status == 200


def test_a_place_holds_no_secret() -> None:
    assert place("wss://me:pass@h.org:1/a/b?key=1#c") == "wss://h.org:1/a/b"
    assert place("https://h.org") == "https://h.org"


class Keyed(FeedConfig):
    """A feed with a key."""

    key: SecretStr | None = None


@pytest.mark.parametrize("key", [None, "", " \n"])
def test_a_secret_that_is_not_set_names_its_variable(key: str | None) -> None:
    with pytest.raises(FeedError, match=r"set MONITOR_FEED_SEA_1_KEY, or .* with key_file\.$"):
        reveal(Keyed(name="sea.1", kind="test", key=key and SecretStr(key)), "key")


@pytest.mark.parametrize("key", ["abc\ndef", "a\0b", "clé"])
def test_a_secret_that_cannot_be_one_is_not_repeated(key: str) -> None:
    with pytest.raises(FeedError, match="is not one line of plain characters") as caught:
        reveal(Keyed(name="sea.1", kind="test", key=SecretStr(key)), "key")
    assert key not in str(caught.value)


def test_a_secret_is_given_without_what_stands_around_it() -> None:
    assert reveal(Keyed(name="sea.1", kind="test", key=SecretStr("abc\n")), "key") == "abc"


def test_errors_of_other_kinds_pass() -> None:
    with pytest.raises(ZeroDivisionError), plain_errors("sea", 1):
        raise ZeroDivisionError
    with pytest.raises(FeedError, match=r"^sea broke off in the middle\.$"), plain_errors("sea", 1):
        raise aiohttp.ClientError
