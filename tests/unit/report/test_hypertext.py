"""Pages for people: what is put into them is text, whatever it looks like."""

from __future__ import annotations

import base64
import hashlib
import re

from monitor.report.hypertext import (
    FORM_POLICY,
    POLICY,
    Markup,
    element,
    field,
    joined,
    link,
    pairs,
    table,
    whole,
)

EVIL = '<script>alert("x")</script>'


def test_what_is_no_markup_is_escaped_wherever_it_stands() -> None:
    """In text, in attributes, in cells, in the title."""
    page = whole(
        EVIL, element("p", EVIL, id=EVIL), link(EVIL), table([EVIL], [[EVIL]]),
        pairs([(EVIL, EVIL)]), joined(EVIL, element("b", "bold")), EVIL,
    )  # fmt: skip
    assert "<script" not in page
    assert 'alert("x")' not in page
    assert "<b>bold</b>" in page


def test_an_element_is_markup_and_stands_as_it_is() -> None:
    inner = element("code", "a & b", class_="quiet")
    assert isinstance(inner, Markup)
    assert element("p", inner) == '<p><code class="quiet">a &amp; b</code></p>'


def test_the_policy_lets_the_style_in_and_nothing_else() -> None:
    """No script, not from ourselves either; a page that has another style is drawn without one."""
    page = whole("A page")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in POLICY
    assert POLICY.startswith("default-src 'none';")
    assert "script" not in POLICY
    assert "unsafe" not in POLICY
    assert not re.findall(r"https?://|<script|<link|<img", page)


def test_a_field_stands_under_its_label_and_is_escaped() -> None:
    found = field("Na<me", name="name", type_="password", value='"><script>')
    assert found == (
        '<p><label>Na&lt;me<br><input name="name" type="password"'
        ' value="&quot;&gt;&lt;script&gt;"></label></p>'
    )


def test_a_page_with_a_form_may_send_it_here_alone() -> None:
    assert POLICY.replace("form-action 'none'", "form-action 'self'") == FORM_POLICY
    assert FORM_POLICY != POLICY
