"""Writes docs/reference/mysql-functions.md from the guard's list: `python -m tests.docs.functions_page`."""

from __future__ import annotations

from carrel.policy.guard import functions as listed
from tests.shared import ROOT

PAGE = ROOT / "docs" / "reference" / "mysql-functions.md"
NOTES = {
    "rand": "RAND(n) gives one number for n; MariaDB's sequence is not followed",
    "sha2": "256 bits only",
    "convert_tz": "UTC and offsets, no names of zones",
    "week": "modes 0, 1, 2, 3, 5, 7",
    "yearweek": "modes 0, 1, 2, 3, 5, 7",
    "str_to_date": "format written out; no codes for weeks",
    "date_format": "format written out",
    "regexp_replace": "RE2: no look-around, back references in the pattern, possessive repeats",
    "regexp_substr": "RE2, as above",
    "regexp_instr": "RE2, as above",
    "char": "0 to 127",
    "carrel_ip_prefix": "Carrel's own: the /24 of an IPv4 address, the /48 of an IPv6 address, else NULL",
    "carrel_day": "Carrel's own: the day of a timestamp as 8 digits, else NULL",
    "carrel_agent_family": "Carrel's own: the browser's family, one of 9 words",
    "group_concat": "no LIMIT; without ORDER BY in the order of the tables' primary keys; not cut at group_concat_max_len",
    "cast": "DECIMAL of at most 38 digits; what does not fit becomes the largest or smallest that does",
    "extract": "no units with MICROSECOND but MICROSECOND itself",
    "time": "times of day are text",
    "std": "of exact numbers four digits more than these, as in MariaDB",
    "json_extract": "one path; spaces of the document are not kept",
    "now": "one moment for the whole statement, UTC; SYSDATE too",
}
HEAD = """# MySQL's functions

What may be called, with a sample, and where the answer may differ from MariaDB 10.11's. A test runs every sample; another compares some 770 expressions and
queries with a real MariaDB, values and types.
What does not fit its type, divides by zero or is no date is NULL, where MariaDB may warn or raise an error. Numbers have 38 digits, not 65. Dates with a
zero month or day are NULL.

Text of `binary`, `varbinary` and `blob` columns is compared, measured and cut by bytes, and LOWER and UPPER leave it as it is; `char`, `varchar` and `text` of
another character set are compared without case, accents and trailing spaces.
"""


def page() -> str:
    parts = [HEAD]
    groups = {
        "Text": listed.STRINGS, "Numbers": listed.NUMBERS, "Dates and times": listed.DATES, "Choices and conversions": listed.CHOICES, "JSON": listed.JSON,
        "Carrel's own": listed.TRUNCATIONS, "Aggregates": listed.AGGREGATES, "Windows": listed.WINDOWS,
    }
    for heading, functions in groups.items():
        parts += [f"\n## {heading}\n", "| function | samples | differs |", "|---|---|---|"]
        for function in functions:
            samples = "<br>".join(f"`{sample}`" for sample in function.samples).replace("|", "\\|")
            parts.append(f"| `{function.name.upper()}` | {samples} | {NOTES.get(function.name, '')} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
