"""The shapes of personal data and of secrets: what is found in texts, what is not, and that the cost grows with the text alone."""

from __future__ import annotations

import ipaddress
import re
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrel.functions.personal import SHAPES, Scan, tags_in


@pytest.mark.parametrize(("text", "tag"), [
    ("ann@mail.example", "personal.email"), ("write to Ann.B+wiki@sub.mail.example.", "personal.email"), ("mailto:o'neil@example.co.uk", "personal.email"),
    ("+49 30 901820", "personal.email"), ("call +1 (212) 555-0100!", "personal.email"), ("212-555-0100", "personal.email"),
    ("(212) 555-0100", "personal.email"),
    ("192.0.2.7", "personal.ip"), ("from 192.0.2.7, twice", "personal.ip"), ("192.0.2.0/24", "personal.ip"), ("(192.0.2.7)", "personal.ip"),
    ("It was 192.0.2.7.", "personal.ip"), ("::ffff:192.0.2.7", "personal.ip"),
    ("2001:db8:0:0:0:0:0:1", "personal.ip"), ("2001:DB8::1", "personal.ip"), ("2001:db8:1:2::/64", "personal.ip"), ("[2001:db8::1]:80", "personal.ip"),
    ("fe80::1", "personal.ip"), ("C0000207", "personal.ip"), ("v6-20010DB8000000000000000000000001", "personal.ip"),
    ("Mozilla/5.0 (X11; Linux x86_64)", "personal.user_agent"), ("curl/7.88.1", "personal.user_agent"), ("python-requests/2.31", "personal.user_agent"),
    (":pbkdf2:sha512:30000:64:abc", "secret"), (":B:1234:0123456789abcdef0123456789abcdef", "secret"), ("$2y$10$abcdefghijklmnopqrstuv", "secret"),
    ("$argon2id$v=19$m=65536", "secret"), ("$6$salt$abcdefghijklmnopqrstuvwxyz", "secret"), ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "secret"),
])  # fmt: skip
def test_what_is_found(text: str, tag: str) -> None:
    assert tag in tags_in([text])
    assert tag in tags_in(["nothing", f"before {text} after" if text[0] not in "Cv" else text])


@pytest.mark.parametrize("text", [
    "", "Alpha", "2018-01-02 03:04:05", "20180102030405", "12:34:56", "1.5", "3.14.159", "1.2.3.4.5", "300.1.2.3", "en.wikipedia.org", "Talk:Main_Page",
    "a@b", "@ann", "Foo::bar", "std::vector", "12345678", "ABCDEFGH", "C000020", "rev 123456789", "C++", "1+1", "0123456789abcdef0123456789abcdef", "$5.00",
    "https://en.wikipedia.org/wiki/A?b=c", "100-200-300", "page 10-11-2018", "the eye", "::", "a::b",
])  # fmt: skip
def test_what_is_not(text: str) -> None:
    assert tags_in([text]) == {}


@given(st.ip_addresses(), st.sampled_from(["{}", " {} ", "({})", "x={}", "{}, and more", "{}\n"]))
def test_every_address_is_found(address: ipaddress.IPv4Address | ipaddress.IPv6Address, around: str) -> None:
    written = [str(address), address.exploded, f"{address}/32"] if int(address) > 0xFFFF_FFFF_FFFF_FFFF or address.version == 4 else [address.exploded]
    for text in written:
        assert "personal.ip" in tags_in([around.format(text)]), text


@given(st.emails(domains=st.just("mail.example")))
def test_every_plain_mail_address_is_found(address: str) -> None:
    if re.fullmatch(r"[A-Za-z0-9._+-]+@mail\.example", address):
        assert "personal.email" in tags_in([f"<{address}>"])


def test_a_column_is_looked_at_by_its_place_and_numbers_are_not() -> None:
    scan = Scan()
    scan.look(0, pa.array(["a", None, "192.0.2.7"]))
    scan.look(1, pa.array([3221225991, None]))
    scan.look(2, pa.array([b"ann@mail.example", b"\xff\xfe", None]))
    scan.look(0, pa.array(["ann@mail.example"]))
    scan.look(3, pa.array([], pa.string()))
    assert [scan.tags(place) for place in range(5)] == [{"personal.ip", "personal.email"}, set(), {"personal.email"}, set(), set()]
    assert {shape.name for shape in scan.shapes()} == {"IPv4 address or network", "e-mail address"}


def test_a_hint_is_in_all_that_its_shape_finds() -> None:
    for shape in SHAPES:
        assert not shape.hint or re.escape(shape.hint) in shape.expression or shape.hint in shape.expression or shape.name == "IPv6 address, shortened"


def test_no_text_takes_more_than_its_length() -> None:
    """RE2 does not go back: what a backtracking engine takes hours for is a matter of milliseconds here, in flat memory."""
    bad = ["a" * 200_000 + "@", "1." * 100_000, "a:" * 100_000, "+1 " * 70_000, "$6$" * 70_000, "a@" + "a-." * 60_000]
    tracemalloc.start()
    assert tags_in(bad) == {}
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_each_shape_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "tags.md").read_text()
    for shape in SHAPES:
        assert f"| {shape.name} | {'refused' if shape.tag == 'secret' else f'`{shape.tag}`'} |" in page
