"""A table with personal data, from its making to its end, in the real client and a real browser: kept, copied, shared, downloaded; 91 days go by."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from carrel.policy.load import default_text
from tests.instance import Instance
from tests.shared import program

pytestmark = pytest.mark.system
PASSWORD = "a-long-enough-password-of-ines"
PERSONAL = ("staging.readers", "staging.mails", "staging.hers")


@pytest.fixture(scope="module")
def later() -> dict[str, str]:
    """What a process is started with to live 91 days from now; its time goes on from there."""
    preloaded = subprocess.run([program("faketime"), "-m", "-f", "+91d", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=True)
    return {"LD_PRELOAD": preloaded.stdout.strip(), "FAKETIME": "+91d", "DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("walk") / "home") as made:
        made.setup()
        made.load_sample()
        made.carrel("user", "password", "ines", input=f"{PASSWORD}\n")
        policy = default_text().replace('databases = ["wiki"]\n', 'databases = ["wiki"]\npersonal = "hashed"\n')
        (made.home / "policy.toml").write_text(policy)
        made.serve("mysql", "http")
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
    yield driver
    driver.quit()


def out(instance: Instance, sql: str, who: str = "ines") -> str:
    result = instance.mysql(who, sql, "samplewiki")
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def page(browser: webdriver.Chrome, instance: Instance) -> str:
    """The text of the page of ines's copies, after a new sign-in."""
    base = f"http://127.0.0.1:{instance.port('http')}"
    browser.get(f"{base}/sign-in?next=%2Fcopies")
    browser.delete_all_cookies()
    browser.get(f"{base}/sign-in?next=%2Fcopies")
    browser.find_element(By.ID, "user").send_keys("ines")
    browser.find_element(By.ID, "secret").send_keys(PASSWORD + Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda driver: driver.current_url == f"{base}/copies")
    return str(browser.find_element(By.TAG_NAME, "main").text)


def files_with(instance: Instance, pseudonym: str) -> list[Path]:
    """Files of the lake's tables of people that hold it in a cell."""
    return [file for file in instance.home.glob("lake/staging.db/*/*/*.parquet") if pseudonym in str(pq.read_table(file).to_pylist())]


def test_what_was_kept_of_people_is_gone_after_91_days(instance: Instance, browser: webdriver.Chrome, later: dict[str, str], tmp_path: Path) -> None:
    # Select from a personal table, keep it, copy the copy; and one about nobody.
    pseudonym = out(instance, "SELECT user_email FROM user WHERE user_email IS NOT NULL ORDER BY 1 LIMIT 1").split()[1]
    out(instance, "CREATE TABLE staging.readers AS SELECT user_id, user_name, user_email FROM user")
    out(instance, "CREATE TABLE staging.mails AS SELECT user_email FROM staging.readers WHERE user_email IS NOT NULL")
    out(instance, "CREATE TABLE staging.pages AS SELECT page_namespace, COUNT(*) AS pages FROM page GROUP BY page_namespace")
    # Share it.
    assert b"1142" in instance.mysql("mei", "SELECT * FROM staging.readers").stderr
    out(instance, "GRANT SELECT ON staging.readers TO GROUP analytics-privatedata-users")
    seen, there = (out(instance, f"SELECT user_email FROM {name} ORDER BY user_id", "mei") for name in ("staging.readers", "user"))
    assert seen == there
    out(instance, "CREATE TABLE staging.hers AS SELECT * FROM staging.readers", "mei")
    assert b"1142" in instance.mysql("pavel", "SELECT * FROM staging.readers").stderr
    # Download it.
    credential = instance.credential("ines")
    url = f"http://127.0.0.1:{instance.port('http')}/api/v1/query?download=readers.tsv"
    asked = [program("curl"), "-sf", "-u", f"ines:{credential['password']}", "-H", "Content-Type: application/json",
             "-d", json.dumps({"sql": "SELECT * FROM staging.readers", "database": "samplewiki"}), "-o", str(tmp_path / "readers.tsv"), url]
    subprocess.run(asked, check=True, timeout=60)
    assert pseudonym in (tmp_path / "readers.tsv").read_text()
    copies = {copy["name"]: copy for copy in json.loads(instance.carrel("copy", "list", "--json").stdout)}
    assert copies.keys() == {*PERSONAL, "staging.pages", "readers.tsv"}
    assert len({copies[name]["ends"] for name in (*PERSONAL, "readers.tsv")}) == 1
    shown = page(browser, instance)
    assert all(name in shown for name in ("staging.readers", "staging.mails", "staging.pages", "readers.tsv"))
    assert "staging.hers" not in shown
    assert len(files_with(instance, pseudonym)) == 3
    # 91 days later.
    instance.stop()
    environment = {**os.environ, **later}
    plan = instance.carrel("retention", "plan", env=environment).stdout
    assert sorted(re.findall(r"staging\.\w+", plan)) == sorted(PERSONAL)
    assert "3 gone" in instance.carrel("retention", "apply", plan.split()[-1], env=environment).stdout
    instance.serve("mysql", "http", environment=later)
    for who in ("ines", "mei"):
        instance.cnf(who).unlink()  # the port is another one now
    # What is left: the table about nobody, and the file until its owner says that it is deleted.
    assert out(instance, "SHOW TABLES FROM staging").split()[1:] == ["pages"]
    assert int(out(instance, "SELECT SUM(pages) FROM staging.pages").split()[1]) > 0
    for who, name in (("ines", "readers"), ("ines", "mails"), ("mei", "readers"), ("mei", "hers")):
        assert b"1146" in instance.mysql(who, f"SELECT * FROM staging.{name}").stderr
    assert files_with(instance, pseudonym) == []
    shown = page(browser, instance)
    assert "staging.pages" in shown
    assert not any(name in shown for name in PERSONAL)
    assert "due now" in shown
    browser.find_element(By.XPATH, "//button[contains(., 'I have deleted it')]").click()
    WebDriverWait(browser, 20).until(lambda driver: "readers.tsv" not in driver.find_element(By.TAG_NAME, "main").text)
    gone = {copy["name"] for copy in json.loads(instance.carrel("copy", "list", "--gone", "--json", env=environment).stdout) if copy["state"] == "gone"}
    assert gone == {*PERSONAL, "readers.tsv"}
