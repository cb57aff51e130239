"""The keys of an application: typed, told apart by name, and each given by ``make_app``."""

from __future__ import annotations

from typing import Any, cast

import pytest
from aiohttp import web
from pydantic import SecretStr

from monitor.api import keys
from monitor.api.app import make_app
from monitor.api.turns import Turns
from tests.integration.api.standing import Standing, status


def test_an_application_has_what_each_handler_asks_for() -> None:
    """The watch, its feeds, and a way to the store."""
    watch = Standing(status=status())
    app = make_app(cast("Any", watch), cast("Any", print))
    assert app[keys.LIVE] is watch
    assert app[keys.FEEDS] is watch.feeds
    assert app[keys.CONNECT] is print
    assert isinstance(app[keys.LISTS], Turns)
    assert app[keys.DESK] == keys.Desk(connect=None, token=None, rules={})


def test_the_desk_of_officers_is_handed_on_and_hides_its_token() -> None:
    """None where nobody may write."""
    desk = keys.Desk(cast("Any", print), SecretStr("sesam"), {})
    app = make_app(cast("Any", Standing(status=status())), cast("Any", print), desk=desk)
    assert app[keys.DESK] is desk
    assert "sesam" not in repr(app[keys.DESK])


def test_what_an_application_was_not_given_is_a_fault() -> None:
    """And no key is another's."""
    app = web.Application()
    app[keys.FEEDS] = []
    for key in (keys.LIVE, keys.CONNECT, keys.LISTS, keys.DESK):
        with pytest.raises(KeyError):
            app[key]
