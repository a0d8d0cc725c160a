#!/bin/bash
# Installs the real servers and clients that tests/system drives, where root and apt-get are at hand; else says what is missing.
set -euo pipefail

packages=(mariadb-server mariadb-client chromium curl)
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
