#!/usr/bin/env bash
# The tests use a real browser, Redis and pooler. Installs them with apt where it may, otherwise says what to install.
set -eu

missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v redis-server >/dev/null || missing="$missing redis-server"
PATH="$PATH:/usr/sbin" command -v pgbouncer >/dev/null || missing="$missing pgbouncer"
[ -z "$missing" ] && exit 0

root=
if [ "$(id -u)" != 0 ]; then
  root="sudo -n"
  sudo -n true 2>/dev/null || root=
fi
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "$root" ]; }; then
  echo "Installing for the tests:$missing"
  $root apt-get update -qq
  # Debian starts servers at once; the tests start their own.
  $root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
  echo "The tests need$missing: install them, for example with apt install$missing" >&2
  exit 1
fi
