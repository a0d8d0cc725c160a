#!/bin/bash
# Installs the real servers and clients that tests/system drives, where root and apt-get are at hand; else says what is missing.
set -euo pipefail

packages=(mariadb-server mariadb-client chromium chromium-driver curl gcc libmariadb-dev libmariadb-java postgresql r-cran-rmysql lbzip2 7zip faketime)
command -v javac >/dev/null || packages+=(default-jdk-headless) # a program of one file is compiled when it is run

drivers() {  # the drivers for Python that tests/system speaks through, some of them built here
    mapfile -t wanted < <(.venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["clients"], sep="\n")')
    .venv/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt "${wanted[@]}" || echo "make system: some of ${wanted[*]} cannot be installed; their tests are skipped"
}
trap drivers EXIT

missing=()
for package in "${packages[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "make system: not root, or no apt-get: tests that need ${missing[*]} are skipped"
    exit 0
fi
echo "make system: installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
