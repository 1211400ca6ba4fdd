#!/usr/bin/env bash
# Make .venv hold exactly what requirements.lock names, and the `voxanne` command. Called by make; safe to repeat.
set -eu
cd "$(dirname "$0")"

stop() { echo "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"
  else return 1; fi
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
  if [ -n "$candidate" ] && is_new_enough "$candidate"; then python=$candidate; break; fi
done
[ -n "$python" ] || stop "Voxanne needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3"

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "  python3-venv"
  { command -v apt-get >/dev/null && as_root apt-get update -qq && as_root apt-get install -qq -y python3-venv >/dev/null; } ||
    stop "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
fi

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  echo "  virtual environment"
  "$python" -m venv --clear .venv
fi

echo "  packages (a few minutes the first time)"
.venv/bin/python -m pip install --quiet --quiet --no-input --disable-pip-version-check --no-compile --require-hashes -r requirements.lock

# No build step and nothing to download: a path that Python reads at start, and a command of four lines.
.venv/bin/python - <<'PYTHON'
import sys, sysconfig
from pathlib import Path

Path(sysconfig.get_path("purelib"), "voxanne.pth").write_text(f"{Path.cwd()}\n")
command = Path(".venv/bin/voxanne")
command.write_text(f"#!{sys.executable}\nimport sys\n\nfrom voxanne_app.cli import main\n\nsys.exit(main())\n")
command.chmod(0o755)
PYTHON
