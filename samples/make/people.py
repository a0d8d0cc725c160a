"""Who lives in the sample wiki. Every name, address and mail is invented; the addresses are of the ranges kept for documentation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Member:
    """An account. `arrives` is the day of the story, from 0; `weight` how much they write; `until` the day on which they are stopped."""

    name: str
    address: str
    arrives: int
    weight: int
    groups: str = ""
    email: str = ""
    real_name: str = ""
    until: int = 999

    @property
    def password(self) -> str:
        return f"story-{self.name.lower().replace(' ', '-')}"


SYSOP = "Marta Quill"
OVERSEER = "Oskar Vane"
BOT = "Lampbot"
HIDDEN = "Foul Lantern"
VANDAL = "Gull Vandal"
SECOND = "Second Gull"
LOST = "Lost Letter"

MEMBERS = (
    Member(name=SYSOP, address="192.0.2.10", arrives=0, weight=6, groups="sysop", email="marta.quill@example.org", real_name="Marta Halloway Quill"),
    Member(name=OVERSEER, address="192.0.2.11", arrives=0, weight=2, groups="sysop|suppress", email="oskar.vane@example.org"),
    Member(name=BOT, address="192.0.2.12", arrives=1, weight=5, groups="bot", email="lampbot-owner@example.org"),
    Member(name="Tidewriter", address="192.0.2.13", arrives=2, weight=9, email="tidewriter@example.org", real_name="Perpetua Oakenshield-Marr"),
    Member(name="Ilse of Mirrow", address="192.0.2.14", arrives=4, weight=7, email="ilse.mirrow@example.org"),
    Member(name="Bram Fennick", address="192.0.2.15", arrives=8, weight=5, real_name="Bram Ferrisdale Fennick"),
    Member(name="Søren Øst", address="192.0.2.16", arrives=15, weight=4, email="soren.oest@example.org"),
    Member(name='Zoë "Zed" Harrow', address="192.0.2.17", arrives=21, weight=4, email="zed.harrow@example.org"),
    Member(name="梅の木", address="2001:db8:10::8", arrives=30, weight=3, email="umenoki@example.org"),
    Member(name="Kelp🌊", address="2001:db8:10::9", arrives=44, weight=3),
    Member(name="Old Ferryman's Son", address="192.0.2.18", arrives=60, weight=2, email="ferryman.son@example.org"),
    Member(name="NULL", address="192.0.2.19", arrives=75, weight=2),
    Member(name=HIDDEN, address="203.0.113.66", arrives=20, weight=5, email="foul.lantern@example.org", until=52),
    Member(name=VANDAL, address="203.0.113.67", arrives=25, weight=4, email="gull.vandal@example.org", until=40),
    Member(name=SECOND, address="203.0.113.68", arrives=50, weight=3, email="second.gull@example.org", until=70),
    Member(name=LOST, address="203.0.113.69", arrives=35, weight=3, email="lost.letter@example.org", until=90),
)

VISITORS = ("198.51.100.7", "198.51.100.23", "198.51.100.77", "198.51.100.140", "2001:db8:77::5", "2001:db8:77::12")
"""Addresses of readers who edit without an account; none of them is a member's."""
