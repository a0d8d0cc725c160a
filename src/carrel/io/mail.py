"""Hands mails to whatever brings them: a program that reads one from its standard input, or an SMTP host."""

from __future__ import annotations

import shlex
import smtplib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from carrel.model.errors import BadInput, Unavailable

_PATIENCE_S: Final = 60


def mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Raises BadInput for an address that is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = sender, to, subject
    except (ValueError, IndexError) as error:
        raise BadInput("an address that no mail can go to") from error
    message.set_content(text)
    return message


@dataclass(frozen=True, slots=True)
class Program:
    """Runs a command for each mail, as `sendmail -t -oi` is run."""

    command: Sequence[str]

    def hand(self, message: EmailMessage) -> None:
        """Raises Unavailable where the program did not take it."""
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's own setting
                self.command, input=message.as_bytes(), capture_output=True, timeout=_PATIENCE_S, check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"the program for mail did not run: {type(error).__name__}", help="see the setting `notices.program`") from error
        if done.returncode:
            raise Unavailable(f"the program for mail ended with {done.returncode}", help="see the setting `notices.program`")


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP host that takes mails from this machine without a password."""

    host: str
    port: int

    def hand(self, message: EmailMessage) -> None:
        """Raises Unavailable where the host did not take it."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=_PATIENCE_S) as connection:
                connection.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"the mail host did not take it: {type(error).__name__}", help="see the setting `notices.smtp`") from error


def mailer(*, program: str, smtp: str) -> Program | Relay | None:
    """What brings mails; None where nothing is said. Raises BadInput where both are, or the port is no number."""
    if program and smtp:
        raise BadInput("`notices.program` and `notices.smtp` are both set", help="one of them brings the mails")
    if program:
        return Program(shlex.split(program))
    host, _, port = smtp.partition(":")
    if port and not port.isdecimal():
        raise BadInput(f"`notices.smtp`: `{port}` is no port", help="write host:port")
    return Relay(host, int(port or 25)) if host else None
