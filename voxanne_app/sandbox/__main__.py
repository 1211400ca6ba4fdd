"""`python -m voxanne_app.sandbox --port 8001`: the sandbox as a process of its own."""

import argparse
import sys
from pathlib import Path

import orjson

from voxanne_app.sandbox.app import build
from voxanne_app.sandbox.fields import BadField
from voxanne_app.sandbox.serving import serve
from voxanne_app.sandbox.store import Store
from voxanne_app.sandbox.world import World


def main(arguments: list[str] | None = None) -> None:
    """Runs until it is told to stop. Needs no variables; without a seed the vendors have their defaults."""
    options = _options().parse_args(arguments)
    try:
        seed = orjson.loads(options.seed.read_bytes()) if options.seed else {}
        world = World(url=options.url or f"http://localhost:{options.port}", store=Store(options.state_dir))
        app = build(world, seed)
    except (OSError, orjson.JSONDecodeError, BadField) as error:
        sys.exit(f"sandbox: the seed {options.seed} cannot be used: {error}")
    serve(app, host=options.host, port=options.port)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m voxanne_app.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1", help="what to listen on")
    parser.add_argument("--url", help="where others reach it, when that is not http://localhost:PORT")
    parser.add_argument("--seed", type=Path, help="a JSON file, see README.md")
    parser.add_argument("--state-dir", type=Path, help="remembers keys, users and calls over a restart")
    return parser


if __name__ == "__main__":
    main()
