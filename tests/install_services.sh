#!/usr/bin/env bash
# Installs the services that the full tests need: PostgreSQL for the journal, Chromium for the pages.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it names what is missing.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium fonts-wqy-microhei)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # No cluster of the system's own: the tests make theirs and throw it away.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/no-main.conf
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "The full tests need: ${missing[*]}. Install them and run \`make test\` again," >&2
  echo "or run \`make check\`, which needs none of them." >&2
  exit 3
fi
