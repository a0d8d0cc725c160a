"""The pages in a real Chromium, on the fakes' data: a walk from signing in to signing out, at three widths, and what the browser itself complains about.

With CARREL_SCREENSHOTS=FOLDER each page is also kept as a picture.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.fakes_http import MASKED, REFUSED, SECRETS, FakeCopies, FakeRows, eventually, open_door, rows_of, sample_doors, sleeping
from tests.shared import program

pytestmark = pytest.mark.system
WIDTHS = (1280, 820, 390)
QUESTION = """SELECT p.page_title, COUNT(*) AS versions, MAX(r.rev_timestamp) AS latest
FROM revision r JOIN page p ON p.page_id = r.rev_page
GROUP BY p.page_title ORDER BY versions DESC"""
TITLES = ["Main_Page", "Reading_desk", "Lighthouse", "Tea", "Library_of_the_harbour", "Compass_rose", "Bookbinding", "Marginalia", "Card_catalogue", "Inkwell"]
HIDDEN = "<img src=x onerror=document.title='taken'>"


@pytest.fixture(scope="module")
def doors() -> Any:
    doors = sample_doors(copies=FakeCopies())
    versions = pa.table({"page_title": TITLES, "versions": [214 - 9 * place for place in range(10)], "latest": [f"202406110934{n:02}" for n in range(10)]})
    doors.gateway.answers |= {
        QUESTION: [lambda: rows_of(versions)],
        "select * from user": [lambda: rows_of(pa.table({"user_id": [1], "user_name": ["Quiet Reader"], "user_email": pa.nulls(1, pa.string())}), (MASKED,))],
        "refused": [lambda: REFUSED],
        "markup": [lambda: rows_of(pa.table({HIDDEN: [HIDDEN]}))],
        "sleep": [lambda: FakeRows((), sleeping)],
    }
    return doors


@pytest.fixture(scope="module")
def base(doors: Any) -> Iterator[str]:
    with open_door(doors) as base:
        yield base


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    folder = tmp_path_factory.mktemp("downloads")
    options.add_experimental_option("prefs", {"download.default_directory": str(folder)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
    driver.downloads = folder  # type: ignore[attr-defined]
    yield driver
    driver.quit()


def settled(browser: webdriver.Chrome, condition: Any) -> Any:
    return WebDriverWait(browser, 20).until(condition)


def sign_in(browser: webdriver.Chrome, base: str) -> None:
    browser.delete_all_cookies()
    browser.get(f"{base}/sign-in?next=%2Fdata")
    browser.find_element(By.ID, "user").send_keys("ann")
    browser.find_element(By.ID, "secret").send_keys(SECRETS["ann"] + Keys.ENTER)
    settled(browser, lambda driver: driver.current_url == f"{base}/data")


def ask(browser: webdriver.Chrome, base: str, sql: str) -> None:
    browser.get(f"{base}/sql?database=samplewiki")
    browser.execute_script("document.querySelector('textarea').value = arguments[0]", sql)
    browser.find_element(By.ID, "sql").send_keys(Keys.CONTROL, Keys.ENTER)
    settled(browser, lambda driver: driver.find_elements(By.CSS_SELECTOR, ".answer, [role=alert]"))


def fits(browser: webdriver.Chrome, name: str) -> None:
    """The page needs no sideways scrolling at any width."""
    for width in WIDTHS:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if folder := os.environ.get("CARREL_SCREENSHOTS"):
            height = min(2600, browser.execute_script("return document.documentElement.scrollHeight"))
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "height": height})
            browser.save_screenshot(str(Path(folder) / f"{name}-{width}.png"))


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the browser's console says, but for statuses that are meant."""
    return [entry["message"] for entry in browser.get_log("browser") if "the server responded with a status of" not in entry["message"]]


def test_every_page_fits_three_widths_and_breaks_no_policy(browser: webdriver.Chrome, base: str) -> None:
    browser.get(f"{base}/sign-in")
    fits(browser, "sign-in")
    sign_in(browser, base)
    for name, path in (
        ("start", "/"), ("data", "/data"), ("search", "/data?q=edit"), ("database", "/data/samplewiki"), ("table", "/data/samplewiki/user"),
        ("closed", "/data/samplewiki/cu_changes"), ("nothing", "/data/nothing"),
        ("copies", "/copies"),
    ):
        browser.get(base + path)
        fits(browser, name)
    for name, sql in (("sql", QUESTION), ("sql-notice", "select * from user"), ("sql-refused", "refused"), ("sql-syntax", "nonsense")):
        ask(browser, base, sql)
        fits(browser, name)
    assert complaints(browser) == []


def test_every_field_and_button_has_a_name_and_the_headings_are_in_order(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    for path in ("/", "/data?q=edit", "/data/samplewiki", "/data/samplewiki/user", "/sql", "/copies"):
        browser.get(base + path)
        for element in browser.find_elements(By.CSS_SELECTOR, "input:not([type=hidden]), textarea, select, button, a"):
            if element.is_displayed():
                assert element.accessible_name, f"{path}: {element.get_attribute('outerHTML')}"
        levels = [int(heading.tag_name[1]) for heading in browser.find_elements(By.CSS_SELECTOR, "h1, h2, h3")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert len(browser.find_elements(By.TAG_NAME, "main")) == 1


def test_markup_in_the_data_stays_text(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    ask(browser, base, "markup")
    assert browser.find_element(By.CSS_SELECTOR, ".rows td").text == HIDDEN
    assert browser.title == "SQL · Carrel"


def test_the_columns_can_be_narrowed(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    browser.get(f"{base}/data/samplewiki/user")
    browser.find_element(By.ID, "filter").send_keys("masked null")
    shown = [row.find_element(By.CSS_SELECTOR, ".mono").text for row in browser.find_elements(By.CSS_SELECTOR, "#columns tbody tr") if row.is_displayed()]
    assert shown == ["user_real_name", "user_email"]


def test_a_table_leads_to_a_question_about_it(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    browser.get(f"{base}/data/samplewiki/user")
    browser.find_element(By.LINK_TEXT, "Ask this table").click()
    settled(browser, lambda driver: driver.current_url.startswith(f"{base}/sql"))
    box = browser.find_element(By.ID, "sql").get_attribute("value")
    assert box == "SELECT user_id, user_name, user_editcount\nFROM user\nLIMIT 20"
    assert browser.find_element(By.ID, "database").get_attribute("value") == "samplewiki"


def test_stop_cancels_the_question(browser: webdriver.Chrome, base: str, doors: Any) -> None:
    sign_in(browser, base)
    browser.get(f"{base}/sql")
    before = len(doors.gateway.given)
    browser.execute_script("document.querySelector('textarea').value = 'sleep'")
    # The driver would wait for the page that never comes: after a click, and before the next script.
    press = "document.querySelector('[data-{}]').click()"
    browser.execute_script(f"setTimeout(() => {press.format('run')}); setTimeout(() => {press.format('stop')}, 2000)")
    assert eventually(lambda: len(doors.gateway.given) > before)
    assert eventually(lambda: doors.gateway.given[-1].closed == 1)


def test_a_download_is_saved_as_a_file(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    browser.get(f"{base}/sql?database=samplewiki")
    browser.execute_script("document.querySelector('textarea').value = arguments[0]", QUESTION)
    browser.find_element(By.CSS_SELECTOR, "[formaction='/sql/download']").click()
    folder: Path = browser.downloads  # type: ignore[attr-defined]
    assert eventually(lambda: any(folder.glob("samplewiki-*.tsv")))
    assert next(folder.glob("samplewiki-*.tsv")).read_text().startswith("page_title\tversions\tlatest\nMain_Page\t214\t")


def test_a_form_on_another_site_reaches_nothing(browser: webdriver.Chrome, base: str, doors: Any, tmp_path: Path) -> None:
    sign_in(browser, base)
    asked = len(doors.gateway.asked)
    page = tmp_path / "evil.html"
    page.write_text(f'<form method="post" action="{base}/sql"><input name="sql" value="select * from user"><button>Go</button></form>')
    browser.get(page.as_uri())
    browser.find_element(By.TAG_NAME, "button").click()
    settled(browser, lambda driver: driver.current_url.startswith(base))
    assert len(doors.gateway.asked) == asked


def test_signing_out_ends_it(browser: webdriver.Chrome, base: str) -> None:
    sign_in(browser, base)
    browser.find_element(By.XPATH, "//button[text()='Sign out']").click()
    settled(browser, lambda driver: driver.current_url == f"{base}/sign-in")
    browser.get(f"{base}/data")
    assert "/sign-in" in browser.current_url
    assert threading.active_count() < 50
