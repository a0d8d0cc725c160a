"""Sessions, forged requests, foreign host names, headers, TLS, and clients that mean no good."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from carrel.doors.http import door as door_module
from carrel.doors.http.door import HttpDoor
from carrel.doors.http.rails import host_name, is_allowed
from carrel.doors.http.sessions import PER_PERSON, FormTokens, Sessions
from carrel.model.errors import BadInput, Conflict
from carrel.model.people import Principal
from tests.fakes_http import SECRETS, open_door, rows_of, sample_doors, signed_in, token_in

ANN = Principal(person="ann", service="http")
PATHS = ["/", "/sign-in", "/data", "/data/samplewiki/user", "/sql", "/nothing", "/api/v1/me", "/api/v1/nothing", "/static/carrel.css", "/api/v1/openapi.json"]


@pytest.fixture(scope="module")
def doors() -> Any:
    doors = sample_doors()
    doors.gateway.answers["select 1"] = [lambda: rows_of(pa.table({"1": [1]}))]
    return doors


@pytest.fixture(scope="module")
def base(doors: Any) -> Any:
    with open_door(doors) as base:
        yield base


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_by_rest_and_by_age() -> None:
    clock = Clock()
    sessions = Sessions(idle=timedelta(minutes=30), absolute=timedelta(hours=12), clock=clock)
    resting, working = sessions.open(ANN), sessions.open(ANN)
    for minutes in range(0, 12 * 60 + 1, 20):
        clock.now = minutes * 60
        assert sessions.find(working) is not None
    assert sessions.find(resting) is None
    clock.now += 60
    assert sessions.find(working) is None


def test_session_ids_are_random_and_not_kept() -> None:
    sessions = Sessions()
    ids = {sessions.open(ANN) for _ in range(PER_PERSON)}
    assert len(ids) == PER_PERSON
    assert all(len(identifier) >= 43 for identifier in ids)
    assert not any(identifier in repr(sessions) for identifier in ids)


def test_a_persons_oldest_session_gives_way() -> None:
    sessions = Sessions()
    ids = [sessions.open(ANN) for _ in range(PER_PERSON + 1)]
    assert sessions.find(ids[0]) is None
    assert all(sessions.find(identifier) for identifier in ids[1:])
    assert sessions.find("") is sessions.find(None) is sessions.find("x") is None


def test_a_form_token_fits_its_cookie_only() -> None:
    forms, other = FormTokens(), FormTokens()
    cookie = forms.cookie()
    assert forms.fits(cookie, forms.token(cookie))
    assert not forms.fits(forms.cookie(), forms.token(cookie))
    assert not other.fits(cookie, forms.token(cookie))
    assert not forms.fits("", forms.token("")) | forms.fits(None, "")


@pytest.mark.parametrize(
    ("header", "name"),
    [("localhost", "localhost"), ("LocalHost:80", "localhost"), ("[::1]:8080", "::1"), ("[::1]", "::1"), ("a.example.", "a.example"), ("", None), (":80", None),
     ("[::1", None), ("a:b", None), ("a:80:90", None), ("[::1]x", None), ("a:²", None)],
)
def test_a_host_header_is_read_strictly(header: str, name: str | None) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize(
    ("header", "allowed"),
    [("127.0.0.1:1", True), ("127.8.9.10", True), ("[::1]:8080", True), ("desk.example:8080", True), ("evil.example", False), ("127.0.0.1.evil.example", False),
     ("localhost.evil.example", False), ("10.0.0.1", False), ("0.0.0.0", False), ("2130706433", False)],
)
def test_only_loopback_names_and_the_configured_host_are_answered_to(header: str, allowed: bool) -> None:
    assert is_allowed(header, {"desk.example"}) is allowed


@pytest.mark.parametrize("path", PATHS)
def test_a_page_whose_name_was_rebound_reaches_nothing(base: str, path: str) -> None:
    answer = httpx.get(base + path, headers={"Host": "evil.example"}, auth=("ann", SECRETS["ann"]))
    assert (answer.status_code, answer.json()["code"]) == (421, "misdirected")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(base: str, path: str) -> None:
    with signed_in(base) as client:
        headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("no-cache" if "static" in path or "openapi" in path else "no-store")
    assert "server" not in headers
    assert not any(name.startswith("access-control") for name in headers)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_has_script_or_style_of_its_own_or_from_elsewhere(base: str, path: str) -> None:
    with signed_in(base) as client:
        text = client.get(path).text
    if text.startswith("<!doctype html>"):
        assert "<style" not in text
        assert " style=" not in text
        assert " on" + "click=" not in text
        assert "src=\"http" not in text
        assert "href=\"http" not in text


def test_cookies_are_out_of_reach(base: str) -> None:
    with httpx.Client(base_url=base, headers={"Origin": base}) as client:
        page = client.get("/sign-in")
        form = {"user": "ann", "secret": SECRETS["ann"], "token": token_in(page.text), "next": "/"}
        for cookie in (page.headers["set-cookie"], client.post("/sign-in", data=form).headers["set-cookie"]):
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie
            assert "Path=/" in cookie
            assert base.rpartition(":")[2] in cookie.partition("=")[0]


FORGED = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"}, {"Origin": ""}, {},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/sql", "/sql/download"])
def test_a_form_from_elsewhere_is_refused(base: str, doors: Any, path: str, headers: dict[str, str]) -> None:
    with signed_in(base) as client:
        token = token_in(client.get("/sql").text)
        del client.headers["Origin"]
        asked = len(doors.gateway.asked)
        answer = client.post(path, data={"sql": "select 1", "token": token, "user": "ann", "secret": SECRETS["ann"]}, headers=headers)
        assert answer.status_code == 403
        assert len(doors.gateway.asked) == asked
        assert client.get("/data").status_code == 200


def test_browsers_that_hide_the_origin_tell_where_the_form_came_from(base: str) -> None:
    with signed_in(base) as client:
        token = token_in(client.get("/sql").text)
        answer = client.post("/sql", data={"sql": "select 1", "token": token}, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_its_token_is_refused(base: str, token: str) -> None:
    with signed_in(base) as client:
        assert client.post("/sql", data={"sql": "select 1", "token": token}).status_code == 403
        assert client.post("/sign-out", data={"token": token}).status_code == 403
        assert client.post("/sign-in", data={"user": "ann", "secret": SECRETS["ann"], "token": token}).status_code == 403


def test_the_api_takes_the_pages_session_with_its_token_only(base: str) -> None:
    with signed_in(base) as client:
        assert client.get("/api/v1/me").json()["person"] == "ann"
        token = token_in(client.get("/sql").text)
        assert client.post("/api/v1/query", json={"sql": "select 1"}).json()["code"] == "forged"
        assert client.post("/api/v1/query", json={"sql": "select 1"}, headers={"X-Carrel-Token": token}).text == "1\n1\n"
        elsewhere = {"X-Carrel-Token": token, "Origin": "https://evil.example"}
        assert client.post("/api/v1/query", json={"sql": "select 1"}, headers=elsewhere).json()["code"] == "forged"


@pytest.mark.parametrize("body", [b"sql=%ff&token=x", b"\xff", b"&".join(b"a=1" for _ in range(30)), b"x" * (1 << 20) + b"x"])
def test_a_broken_form_is_refused(base: str, body: bytes) -> None:
    with signed_in(base) as client:
        assert client.post("/sql", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code in {400, 413}
        assert client.post("/sql", content=body, headers={"Content-Type": "multipart/form-data"}).status_code == 415


def test_the_static_files_are_a_fixed_list(base: str) -> None:
    assert httpx.get(f"{base}/static/carrel.svg").headers["content-type"] == "image/svg+xml"
    for name in ("..%2fdoor.py", "%2e%2e/door.py", "carrel.css/", "../templates/base.html", "base.html", ""):
        assert httpx.get(f"{base}/static/{name}").status_code == 404


def test_what_is_not_http_does_no_harm(base: str) -> None:
    port = int(base.rpartition(":")[2])
    for words in (b"\0\1\2\3\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n", b"GET " + b"a" * 200_000):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(words)
            assert line.recv(100).split(b" ")[1] in {b"400", b"421"}
    assert httpx.get(f"{base}/sign-in").status_code == 200


def test_a_connection_that_sends_no_head_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "HEAD_S", 0.2)
    with open_door(sample_doors()) as base, socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=10) as line:
        line.sendall(b"GET / HT")
        assert line.recv(100) == b""


def test_a_taken_port_is_a_conflict() -> None:
    with open_door(sample_doors()) as base, pytest.raises(Conflict, match="is taken"):
        HttpDoor(sample_doors()).start("127.0.0.1", int(base.rpartition(":")[2]))


def test_a_port_can_be_taken_again_after_stop() -> None:
    with open_door(sample_doors()) as base:
        httpx.get(f"{base}/sign-in")
    door = HttpDoor(sample_doors())
    assert door.start("127.0.0.1", int(base.rpartition(":")[2]))
    door.stop(1)
    door.stop(1)


@pytest.mark.parametrize("host", ["203.0.113.1", "not a host"])
def test_an_address_that_is_not_ours_is_bad_input(host: str, tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    with pytest.raises(BadInput, match="is not an address"):
        HttpDoor(sample_doors(tls_certificate=certificate, tls_key=key)).start(host, 0)


def test_the_network_is_not_served_without_a_certificate() -> None:
    with pytest.raises(BadInput, match="without a certificate"):
        HttpDoor(sample_doors()).start("0.0.0.0", 0)


def pair(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for `desk.example` and 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.example")])
    names = x509.SubjectAlternativeName([x509.DNSName("desk.example"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)).add_extension(names, critical=False)
    (folder / "c.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "k.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return folder / "c.pem", folder / "k.pem"


def test_the_network_is_served_over_tls_with_secure_cookies(tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate))
    doors = sample_doors(tls_certificate=certificate, tls_key=key)
    with open_door(doors, "0.0.0.0") as base, httpx.Client(base_url=base, verify=trust, headers={"Origin": base}) as client:
        page = client.get("/sign-in")
        assert page.headers["set-cookie"].startswith("__Host-carrel-form-")
        form = {"user": "ann", "secret": SECRETS["ann"], "token": token_in(page.text), "next": "/"}
        cookie = client.post("/sign-in", data=form).headers["set-cookie"]
        assert "Secure" in cookie
        assert client.get("/data").status_code == 200
        assert client.get("/data", headers={"Host": "desk.example"}).status_code == 200
        assert client.get("/data", headers={"Host": "other.example"}).status_code == 421
        client.get("/api/v1/me")
        with pytest.raises(httpx.HTTPError):
            httpx.get(base.replace("https", "http"))
