#!/usr/bin/env bash
# Installs from Debian's packages what the tests need and the machine lacks:
# Chromium with fonts, and a PostgreSQL server. Without the right to install it
# says so and leaves the decision to the tests, which then skip by name.
set -euo pipefail

need=()
command -v chromium >/dev/null || need+=(chromium)
fc-list 2>/dev/null | grep -qi 'NotoNaskh\|Noto Naskh' || need+=(fonts-noto-core)
if ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  need+=(postgresql)
fi
if ! command -v pgbench >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/pgbench' >/dev/null; then
  need+=(postgresql)
fi

if [ ${#need[@]} -eq 0 ]; then
  echo "test tools: all there"
  exit 0
fi
echo "test tools: missing ${need[*]}"
if ! command -v apt-get >/dev/null; then
  echo "SKIPPED: this is not a Debian machine, install ${need[*]} yourself; tests that need them will say so"
  exit 0
fi
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then sudo=(sudo -n); else
    echo "SKIPPED: no right to install; run as root: apt-get install -y ${need[*]}"
    exit 0
  fi
fi
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=900 "${need[@]}" >/dev/null
echo "test tools: installed ${need[*]}"
