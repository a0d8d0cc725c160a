#!/bin/bash
# Makes the sample wikis anew in src/carrel/sample; installs Debian's MediaWiki and MariaDB where they are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

packages=(mediawiki php-cli php-mysql php-intl php-mbstring php-xml php-apcu mariadb-server mariadb-client)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "make samples: needs ${packages[*]}; install them, or run as root where apt-get exists" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
mkdir -p src/carrel/sample
.venv/bin/python -m samples.make src/carrel/sample
ls -l src/carrel/sample
