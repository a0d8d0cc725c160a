"""Owners are told before their copies end: what, when, how often, and what becomes of a mail that nobody takes."""

from __future__ import annotations

import socketserver
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from carrel.audit.log import AuditLog
from carrel.identity import accounts
from carrel.io.mail import Program, Relay, mail, mailer
from carrel.jobs.notices import Notifier
from carrel.model.copies import CopyKind
from carrel.model.errors import BadInput, CarrelError, Unavailable
from carrel.policy.clock import WARNINGS
from carrel.state import copies
from tests.copies_fixture import PRINCIPAL, TODAY, House


class Box:
    """Keeps mails; takes none while it is `shut`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.shut = False

    def hand(self, message: EmailMessage) -> None:
        if self.shut:
            raise Unavailable("shut")
        self.mails.append(message)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    for name, email in (("ann", "ann@example.org"), ("ben", "")):
        accounts.add_person(house.state, name, realname=name, email=email, ends=None, now=datetime(2026, 1, 1, tzinfo=UTC))
    yield house
    house.close()


def notifier(house: House, box: Box | None) -> Notifier:
    return Notifier(house.state, AuditLog(house.state), box, sender="carrel@example.org", now=lambda: datetime(*house.today.timetuple()[:3], 12, tzinfo=UTC))


def days_of(box: Box, house: House) -> list[int]:
    """Days before which each mail came, day by day from today until the copy's end."""
    found = []
    while house.today < TODAY + timedelta(days=21):
        before = len(box.mails)
        for _ in range(2):
            notifier(house, box).run(PRINCIPAL)
        found += [(TODAY + timedelta(days=20) - house.today).days] * (len(box.mails) - before)
        house.today += timedelta(days=1)
    return found


def test_an_owner_is_told_14_3_and_1_days_before_each_once(house: House) -> None:
    house.plant("t", 20)
    box = Box()
    assert days_of(box, house) == list(WARNINGS)
    assert [message["To"] for message in box.mails] == ["ann@example.org"] * 3
    assert "staging.t" in box.mails[0].get_content()


def test_one_mail_tells_of_all_copies_of_an_owner_and_holds_no_cell(house: House) -> None:
    house.plant("t", 3, "Kanarienvogel")
    house.plant("edits.tsv", 2, kind=CopyKind.DOWNLOAD)
    house.plant("later", 30)
    box = Box()
    assert notifier(house, box).run(PRINCIPAL).handed == ("ann",)
    (message,) = box.mails
    text = message.get_content()
    assert message["Subject"] == f"2 copies of yours will end, the first on {TODAY + timedelta(days=2)}"
    assert "edits.tsv: delete it by then" in text
    assert "staging.t: goes by itself" in text
    assert "later" not in text
    assert "Kanarienvogel" not in text


def test_what_nobody_takes_is_handed_over_later_and_what_is_late_is_told_once(house: House) -> None:
    house.plant("t", 14)
    box = Box()
    box.shut = True
    assert notifier(house, box).run(PRINCIPAL).failed == ("ann",)
    assert notifier(house, None).run(PRINCIPAL).entered == 0
    house.today += timedelta(days=11)
    box.shut = False
    assert notifier(house, box).run(PRINCIPAL).handed == ("ann",)
    assert box.mails[0].get_content().count("staging.t") == 1
    assert notifier(house, box).run(PRINCIPAL).handed == ()


def test_a_run_that_is_killed_while_a_mail_goes_out_tells_nobody_twice(house: House) -> None:
    house.plant("t", 3)

    class Killed(Box):
        def hand(self, message: EmailMessage) -> None:
            super().hand(message)
            raise KeyboardInterrupt

    box = Killed()
    with pytest.raises(KeyboardInterrupt):
        notifier(house, box).run(PRINCIPAL)
    after = Box()
    assert notifier(house, after).run(PRINCIPAL).handed == ()
    assert after.mails == []


def test_a_copy_that_is_given_more_time_is_told_of_anew_and_one_that_is_gone_not_at_all(house: House) -> None:
    kept, gone = house.plant("kept", 3), house.plant("gone", 3)
    notifier(house, None).run(PRINCIPAL)
    with house.state.write() as connection:
        copies.gone(connection, gone.id, datetime(2026, 11, 24, tzinfo=UTC))
        copies.replace(connection, replace(kept, ends=kept.ends + timedelta(days=7)))
    box = Box()
    assert notifier(house, box).run(PRINCIPAL).entered == 1
    assert "gone" not in box.mails[0].get_content()
    assert notifier(house, box).run(PRINCIPAL).handed == ()


def test_of_whom_no_address_is_known_is_said(house: House) -> None:
    copy = house.plant("t", 3)
    with house.state.write() as connection:
        copies.replace(connection, replace(copy, owner="ben"))
    box = Box()
    assert notifier(house, box).run(PRINCIPAL).unknown == ("ben",)
    assert box.mails == []


def test_a_program_takes_a_mail_on_its_standard_input(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    way = mailer(program=f"{sys.executable} -c \"import sys; open({str(taken)!r}, 'w').write(sys.stdin.read())\"", smtp="")
    assert isinstance(way, Program)
    way.hand(mail("carrel@example.org", "ann@example.org", "Übersicht", "a word\n"))
    assert "To: ann@example.org" in taken.read_text()
    for program in (f"{sys.executable} -c 'raise SystemExit(1)'", str(tmp_path / "not-there")):
        found = mailer(program=program, smtp="")
        assert found is not None
        with pytest.raises(CarrelError):
            found.hand(mail("carrel@example.org", "ann@example.org", "x", "y"))


def test_a_host_takes_a_mail_by_smtp() -> None:
    heard: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                word = line.decode().strip().upper()[:4]
                if word == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while (part := self.rfile.readline()) != b".\r\n":
                        heard.append(part.decode().strip())
                self.wfile.write(b"221 bye\r\n" if word == "QUIT" else b"250 yes\r\n")
                if word == "QUIT":
                    return

    with socketserver.TCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        port = server.server_address[1]
        way = mailer(program="", smtp=f"127.0.0.1:{port}")
        assert isinstance(way, Relay)
        way.hand(mail("carrel@example.org", "ann@example.org", "x", "a word\n"))
        thread.join()
    assert "To: ann@example.org" in heard
    with pytest.raises(CarrelError):
        way.hand(mail("carrel@example.org", "ann@example.org", "x", "y"))


def test_two_ways_no_port_and_no_address_are_refused() -> None:
    assert mailer(program="", smtp="") is None
    for program, smtp in (("sendmail", "localhost"), ("", "localhost:smtp")):
        with pytest.raises(BadInput):
            mailer(program=program, smtp=smtp)
    with pytest.raises(BadInput):
        mail("carrel@example.org", "ann@example.org\nBcc: ben@example.org", "x", "y")
