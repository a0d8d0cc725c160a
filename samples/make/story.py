"""The life of the sample wiki from January to April 2018, told through its API. The same seed tells the same story."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from samples.make import prose
from samples.make.api import Api, Refused
from samples.make.farm import FOUNDER, FOUNDER_PASSWORD
from samples.make.people import BOT, HIDDEN, LOST, MEMBERS, OVERSEER, SECOND, SYSOP, VANDAL, VISITORS, Member

BEGIN = int(datetime(2018, 1, 2, 8, tzinfo=UTC).timestamp())
DAYS = 117
EDITS = 400
DAY = 86400


@dataclass(frozen=True, slots=True)
class Edit:
    revision: int
    title: str
    who: str


@dataclass
class Story:
    """`refusals` are deeds that the wiki did not accept; a few are part of life (an edit of somebody who is blocked)."""

    api: Api
    seed: str = "halleran"
    chance: random.Random = field(init=False)
    words: prose.Words = field(init=False)
    pages: dict[str, str] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    here: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.words = prose.Words(self.seed)
        self.api.addresses.update({FOUNDER: "192.0.2.9", **{member.name: member.address for member in MEMBERS}, **{visitor: visitor for visitor in VISITORS}})

    def tell(self) -> None:
        self.api.log_in(FOUNDER, FOUNDER_PASSWORD, BEGIN)
        events: list[tuple[int, int, Callable[[int], None]]] = []
        for member in MEMBERS:
            events.append((BEGIN + member.arrives * DAY + 600 + len(events), 0, lambda at, member=member: self.arrive(member, at)))
        unbegun = prose.titles()
        self.chance.shuffle(unbegun)
        for number in range(EDITS):
            at = BEGIN + 2 * DAY + int((number + self.chance.random()) * (DAYS - 3) * DAY / EDITS)
            events.append((at, 1, lambda at: self.write(at, unbegun)))
        events += [(BEGIN + int(day * DAY) + 40000, 2, deed) for day, deed in self.deeds()]
        for at, _, deed in sorted(events, key=lambda event: event[:2]):
            try:
                deed(at)
            except Refused as refusal:
                self.refusals.append(f"{datetime.fromtimestamp(at, UTC):%F %T} {refusal}")

    def arrive(self, member: Member, at: int) -> None:
        self.api.sign_up(member.name, member.password, at, member.email, member.real_name)
        if member.groups:
            self.api.do(FOUNDER, at + 30, kind="userrights", action="userrights", user=member.name, add=member.groups, reason="asked at the desk")
        gender = self.chance.choice(["male", "female", "unknown"])
        self.api.do(member.name, at + 40, action="options", change=f"gender={gender}|skin=vector|timecorrection=Offset|{60 * self.chance.randrange(3)}")
        self.here.append(member)

    def write(self, at: int, unbegun: list[tuple[str, str]]) -> None:
        present = [member for member in self.here if BEGIN + member.until * DAY > at]
        who = self.chance.choice(VISITORS) if self.chance.random() < 0.12 else self.chance.choices(present, [member.weight for member in present])[0].name
        if unbegun and (len(self.pages) < 6 or self.chance.random() < 0.2):
            title, category = unbegun.pop()
        elif self.chance.random() < 0.12:
            title, category = f"Talk:{self.chance.choice(list(self.pages))}", "Talk"
        else:
            title, category = self.chance.choice(list(self.pages.items()))
        self.edit(who, title, category, at, minor=self.chance.random() < 0.2)

    def edit(self, who: str, title: str, category: str, at: int, *, minor: bool = False, text: str | None = None, summary: str | None = None) -> int:
        mark = self.words.new("mark")
        if text is None:
            text = f"{prose.paragraph(self.chance)} {mark} ~~~~" if category == "Talk" else prose.article(self.chance, category, mark)
        if summary is None:
            summary = f"{self.chance.choice(prose.SUMMARIES)} {self.words.new('note')}"
        flags = {**({"minor": 1} if minor else {}), **({"bot": 1} if who == BOT else {})}
        answer = self.api.do(who, at, action="edit", title=title, text=text, summary=summary, **flags)["edit"]
        if "newrevid" in answer and ":" not in title:
            self.pages.setdefault(title, category)
        if "newrevid" in answer:
            self.edits.append(Edit(answer["newrevid"], title, who))
        return int(answer.get("newrevid", 0))

    def deeds(self) -> list[tuple[float, Callable[[int], None]]]:
        """What happens once, by the day of the story."""
        rare: list[tuple[float, Callable[[int], None]]] = [
            (0.1, self.furnish), (3, self.tag_defined), (19, self.protect), (31, self.hidden_user_moves),
            (33, lambda at: self.block(SYSOP, at, "198.51.100.200", expiry="31 hours", anononly=1)),
            (40.2, lambda at: self.block(SYSOP, at, VANDAL, expiry="infinite", autoblock=1, nocreate=1)), (40.3, lambda at: self.try_in_vain(VANDAL, at)),
            (52.2, lambda at: self.block(OVERSEER, at, HIDDEN, expiry="infinite", hidename=1, nocreate=1, autoblock=1, noemail=1)),
            (58, lambda at: self.block(SYSOP, at, "198.51.100.192/26", expiry="3 months", nocreate=1)),
            (70.2, lambda at: self.block(SYSOP, at, SECOND, expiry="infinite", autoblock=1)), (70.3, lambda at: self.try_in_vain(SECOND, at)),
            (80, lambda at: self.block(SYSOP, at, "Bram Fennick", expiry="2 weeks", partial=1, allowusertalk=1, pagerestrictions=self.page())),
            (90.2, self.suppress_lost), (95, self.redact_log), (97, self.suppress_log), (99, self.redact_archive), (85, self.mails),
            (108, self.try_as_bot),
        ]
        rare += [(day, self.move) for day in (24, 46, 63, 88)]
        rare += [(day, self.delete) for day in (28, 47, 61, 77, 93, 96)] + [(day, self.undelete) for day in (65, 94)]
        rare += [(day, self.upload) for day in (14, 36, 72)] + [(84, self.delete_file)]
        rare += [(day, self.tag) for day in (12, 34, 55, 81, 103)] + [(day, self.watch) for day in range(10, 110, 9)]
        rare += [(day, self.undo) for day in (29, 68, 100)] + [(49, self.redirect), (74, self.redirect)]
        kinds = ("content", "comment", "user", "content|comment", "comment|user", "content|user", "content|comment|user")
        rare += [(30 + 8.5 * number, self.hide(kind, suppress=False)) for number, kind in enumerate(kinds)]
        rare += [(42 + 8.5 * number, self.hide(kind, suppress=True)) for number, kind in enumerate(kinds)]
        return rare

    def page(self) -> str:
        return self.chance.choice(sorted(self.pages))

    def furnish(self, at: int) -> None:
        """The first pages, by the founder: where the first page of MediaWiki's own would be, our own."""
        welcome = f"The library of the Halleran Isles keeps its [[Lamp Room]] open and lends by word. {self.words.new('mark')}"
        self.edit(FOUNDER, "Main Page", "", at, text=welcome, summary="doors open")
        self.edit(FOUNDER, "Template:Shelf", "", at + 5, text="''This book stands in the [[{{{1}}}]].''", summary="for shelves")
        self.edit(FOUNDER, "Desk:Rules", "", at + 10, text=f"# Whisper.\n# Return.\n# Write it down. {self.words.new('mark')}", summary="three rules")
        for number, category in enumerate(prose.CATEGORIES):
            self.edit(FOUNDER, f"Category:{category}", "", at + 20 + number, text=f"{category}. {self.words.new('mark')}", summary="shelf for pages")

    def hidden_user_moves(self, at: int) -> None:
        """MediaWiki writes the mover's name into the summary, where hiding the user later does not reach it."""
        title = self.page()
        self.api.do(HIDDEN, at, action="move", **{"from": title, "to": f"{title} (lantern)"}, reason="I say so", movetalk=1)
        self.pages[f"{title} (lantern)"] = self.pages.pop(title)

    def move(self, at: int) -> None:
        title = self.page()
        self.api.do(SYSOP, at, action="move", **{"from": title, "to": f"{title} (library)"}, reason=f"a better name {self.words.new('note')}", movetalk=1)
        self.pages[f"{title} (library)"] = self.pages.pop(title)

    def delete(self, at: int) -> None:
        title = self.page()
        self.api.do(SYSOP, at, action="delete", title=title, reason=f"nobody can find the book {self.words.new('note')}")
        self.pages.pop(title)
        self.deleted.append(title)

    def undelete(self, at: int) -> None:
        title = self.deleted.pop(0)
        self.api.do(SYSOP, at, action="undelete", title=title, reason="the book was found")
        self.pages[title] = prose.CATEGORIES[2]

    def redirect(self, at: int) -> None:
        self.edit("Ilse of Mirrow", f"Way to {self.chance.randrange(900)}", "", at, text=f"#REDIRECT [[{self.page()}]]", summary="short way")

    def undo(self, at: int) -> None:
        last = next(edit for edit in reversed(self.edits) if edit.title in self.pages)
        self.api.do(SYSOP, at, action="edit", title=last.title, undo=last.revision, summary="not so")

    def protect(self, at: int) -> None:
        self.api.do(SYSOP, at, action="protect", title="Main Page", protections="edit=sysop|move=sysop", expiry="infinite", reason="the front door")

    def tag_defined(self, at: int) -> None:
        self.api.do(FOUNDER, at, action="managetags", operation="create", tag="needs-a-source", reason="for the ledger")

    def tag(self, at: int) -> None:
        for edit in self.chance.sample(self.edits[-20:], 3):
            self.api.do("Tidewriter", at, action="tag", revid=edit.revision, add="needs-a-source", reason="who says so")

    def try_as_bot(self, at: int) -> None:
        self.api.do(FOUNDER, at, kind="userrights", action="userrights", user="Tidewriter", add="bot", expiry="1 month", reason="a trial")

    def watch(self, at: int) -> None:
        self.api.do(self.chance.choice(self.here).name, at, kind="watch", action="watch", titles=self.page())

    def mails(self, at: int) -> None:
        self.api.do("Tidewriter", at, action="emailuser", target=SYSOP, subject="A question", text="Is the Map Loft open on Sunday?")

    def upload(self, at: int) -> None:
        name = f"View {self.chance.randrange(1000)}.png"
        files = {"file": (name, _png(self.chance))}
        self.api.do("Tidewriter", at, files, action="upload", filename=name, comment="drawn at the window", text="A view.", ignorewarnings=1)
        self.edits.append(Edit(0, f"File:{name}", "Tidewriter"))

    def delete_file(self, at: int) -> None:
        name = next(edit.title for edit in self.edits if edit.title.startswith("File:"))
        self.api.do(SYSOP, at, action="delete", title=name, reason="too dark")

    def block(self, who: str, at: int, target: str, **options: object) -> None:
        self.api.do(who, at, action="block", user=target, reason=f"enough {self.words.new('note')}", **options)

    def try_in_vain(self, who: str, at: int) -> None:
        """Somebody who is blocked tries to write: the wiki then blocks their address by itself."""
        self.edit(who, "Desk:Rules", "", at, text="No.")

    def hide(self, parts: str, *, suppress: bool) -> Callable[[int], None]:
        def deed(at: int) -> None:
            newest = {edit.title: edit.revision for edit in self.edits}
            choice = [edit for edit in self.edits[:-5] if edit.title in self.pages and newest[edit.title] != edit.revision and edit.who not in (HIDDEN, LOST)]
            for edit in self.chance.sample(choice, 2):
                self.hide_one(edit, parts, suppress=suppress, at=at)
        return deed

    def hide_one(self, edit: Edit, parts: str, *, suppress: bool, at: int) -> None:
        self.api.do(OVERSEER if suppress else SYSOP, at, action="revisiondelete", type="revision", target=edit.title, ids=edit.revision, hide=parts,
                    suppress="yes" if suppress else "nochange", reason=f"not ours to show {self.words.new('note')}")

    def suppress_lost(self, at: int) -> None:
        newest = {edit.title: edit.revision for edit in self.edits}
        for edit in self.edits:
            if edit.who == LOST and edit.title in self.pages:
                parts = "comment|user" if newest[edit.title] == edit.revision else "content|comment|user"
                self.hide_one(edit, parts, suppress=True, at=at)

    def _log_ids(self, kind: str, at: int) -> list[int]:
        found = self.api.call(OVERSEER, at, action="query", list="logevents", letype=kind, lelimit=10)["query"]["logevents"]
        return sorted(entry["logid"] for entry in found)

    def redact_log(self, at: int) -> None:
        for number, hide in zip(self._log_ids("delete", at)[:4], ("content", "comment", "user", "content|comment|user"), strict=False):
            self.api.do(OVERSEER, at, action="revisiondelete", type="logging", ids=number, hide=hide, suppress="nochange", reason="log redacted")

    def suppress_log(self, at: int) -> None:
        for number in self._log_ids("move", at)[:2]:
            self.api.do(OVERSEER, at, action="revisiondelete", type="logging", ids=number, hide="content|comment|user", suppress="yes", reason="log suppressed")

    def redact_archive(self, at: int) -> None:
        for title, suppress in zip(self.deleted[:2], ("nochange", "yes"), strict=False):
            pages = self.api.call(OVERSEER, at, action="query", prop="deletedrevisions", titles=title, drvlimit=2, drvprop="ids|timestamp")["query"]["pages"]
            stamp = "".join(char for char in pages[0]["deletedrevisions"][0]["timestamp"] if char.isdigit())
            self.api.do(OVERSEER, at, action="revisiondelete", type="archive", target=title, ids=stamp, hide="content|user", suppress=suppress,
                        reason="archive redacted")


def extension_of_our_own(seed: str) -> list[str]:
    """Statements that add what no documentation names: a table, and a column of a table that everybody knows."""
    words = prose.Words(f"{seed} ledger")
    lines = ", ".join(f"('{words.new('ledger')}')" for _ in range(3))
    return [
        "CREATE TABLE lantern_ledger (ll_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, ll_note varbinary(255) NOT NULL) "
        "ENGINE=InnoDB DEFAULT CHARSET=binary",
        f"INSERT INTO lantern_ledger (ll_note) VALUES {lines}",
        "ALTER TABLE image ADD img_shelfmark varbinary(64) DEFAULT NULL",
        f"UPDATE image SET img_shelfmark = CONCAT('{words.new('shelf')}', img_size)",
    ]


def tell_private(api: Api) -> int:
    """A few pages of a wiki that the public may not read. Returns the time of the last."""
    words = prose.Words("arbcom")
    api.addresses[FOUNDER] = "192.0.2.9"
    api.log_in(FOUNDER, FOUNDER_PASSWORD, BEGIN)
    at = BEGIN
    for number, title in enumerate(("Main Page", "Case of the missing bell", "Case of the second key", "Minutes")):
        for turn in range(2):
            at = BEGIN + number * 9 * DAY + turn * 5000
            text = f"The committee met and wrote: {words.new('case')}. Turn {turn + 1}."
            api.do(FOUNDER, at, action="edit", title=title, text=text, summary=f"minutes {words.new('memo')}")
    return at


def _png(chance: random.Random) -> bytes:
    side = chance.randrange(4, 16)
    raw = b"".join(b"\0" + chance.randbytes(3 * side) for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
