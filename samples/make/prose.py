"""The words of the sample wikis: an invented archipelago and its library. Every sentence, name and address is made up."""

from __future__ import annotations

import random

ISLANDS = ["Great Halleran", "Little Halleran", "Pellow", "Senna Rock", "Mirrow", "Ostering", "Fennick", "Calder Skerry", "Hobbin Isle", "Wether Holm",
           "The Anvils", "Lowmark"]
ROOMS = ["Lamp Room", "Map Loft", "Quiet Stair", "Bindery", "Salt Cellar", "North Gallery", "Reading Dock", "Herbarium", "Bell Landing", "Ledger Office"]
BOOKS = ["Tides for Beginners", "A Grammar of Whistles", "The Eleventh Ferry", "Knots and Their Families", "Letters to a Lighthouse", "The Kelp Cookbook",
         "Weather Without Instruments", "A Short History of Rope", "Songs of the Ebb", "The Honest Cartographer", "On Borrowing", "Gulls: a Defence"]
KEEPERS = ["Aurel Tarnow", "Benedikta Loom", "Corvin Ashlock", "Delphine Strand", "Edda Marlin", "Fergus Oatway", "Gesine Hollow", "Hector Brine"]
CUSTOMS = ["Returning Day", "The Long Loan", "Lantern Count", "First Ink", "Fog Reading", "The Silent Auction of Mirrow"]
CATEGORIES = ["Islands of the Halleran group", "Rooms", "Books", "Keepers", "Customs"]

SENTENCES = [
    "{island} is reached by the early boat when the wind allows it.",
    "The keepers of the {room} count the lamps twice before the doors are shut.",
    "{keeper} is said to have lent the same book to three ships at once.",
    "A copy of ''{book}'' stands in the [[{room}]], second shelf from the window.",
    "On [[{custom}]] nobody on [[{island}]] speaks above a whisper until noon.",
    "The catalogue of {island} was written in brown ink and corrected in blue.",
    "Readers from {island} bring their own rope, as [[{keeper}]] advised.",
    "The {room} was a boat shed until the second storm took the roof away.",
    "''{book}'' has no last page; readers are asked to write one and leave it.",
    "Whoever returns ''{book}'' late pays with a story, which [[{keeper}]] writes down.",
    "There is a dispute between {island} and {other} about who owns the bell.",
    "From the [[{room}]] one sees {other} on a clear day, and nothing on the others.",
    "The floor of the {room} slopes towards the sea by the width of a thumb.",
    "{keeper} kept a list of every gull that came in through the open window.",
    "Most of the letters between {island} and {other} are about jam.",
    "The rules of [[{custom}]] fit on one card, and the exceptions on forty.",
]

SUMMARIES = ["a clearer sentence", "spelling", "source from the ledger", "shelf corrected", "as read aloud on Sunday", "link to the keeper", "less about gulls",
             "date checked", "new paragraph", "moved the comma", "the ferry times", "thanks to a reader", "wording", "one fact more"]

_ONSETS = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "gr", "kl", "pl", "st", "tr"]
_VOWELS = ["a", "e", "i", "o", "u", "ei", "ou"]


class Words:
    """Words that occur once: each marks one text or one comment, so that a leak can be told by its word."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._used: set[str] = set()

    def new(self, prefix: str) -> str:
        while True:
            word = prefix + "".join(self._random.choice(_ONSETS) + self._random.choice(_VOWELS) for _ in range(5))
            if word not in self._used:
                self._used.add(word)
                return word


def titles() -> list[tuple[str, str]]:
    """The articles with their category, in the order in which the story may begin them."""
    kinds = [ISLANDS, ROOMS, BOOKS, KEEPERS, CUSTOMS]
    found = [(title, category) for titles_, category in zip(kinds, CATEGORIES, strict=True) for title in titles_]
    return found + [(f"{island}/Ferry times", CATEGORIES[0]) for island in ISLANDS[:5]]


def paragraph(chance: random.Random) -> str:
    chosen = chance.sample(SENTENCES, chance.randrange(2, 5))
    island, other = chance.sample(ISLANDS, 2)
    facts = {"island": island, "other": other, "room": chance.choice(ROOMS), "book": chance.choice(BOOKS), "keeper": chance.choice(KEEPERS),
             "custom": chance.choice(CUSTOMS)}
    return " ".join(sentence.format(**facts) for sentence in chosen)


def article(chance: random.Random, category: str, mark: str) -> str:
    """Wikitext; `mark` stands in it once, as a shelfmark."""
    body = "\n\n".join(paragraph(chance) for _ in range(chance.randrange(1, 4)))
    extras = ["", "\n\n{{Shelf|%s}}" % chance.choice(ROOMS), "\n\nSee the [https://catalogue.example.org/%d ledger]." % chance.randrange(1000)]  # noqa: UP031
    return f"{body}{chance.choice(extras)}\n\nShelfmark: {mark}.\n\n[[Category:{category}]]"
