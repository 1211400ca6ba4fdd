"""`voxanne bench [NAME]`: figures measured here and now, beside what this machine can do."""

import sys
from collections.abc import Callable, Sequence


def _webhooks() -> int:
    from voxanne_app.bench import webhooks

    return webhooks.main()


def _calls() -> int:
    from voxanne_app.bench import calls

    return calls.main()


def _tools() -> int:
    from voxanne_app.bench import tools

    return tools.main()


def _auth() -> int:
    from voxanne_app.bench import auth

    return auth.main()


def _isolation() -> int:
    from voxanne_app.bench import isolation

    return isolation.main()


def _cases() -> int:
    from voxanne_app.bench import cases

    return cases.main()


def _insights() -> int:
    from voxanne_app.bench import insights

    return insights.main()


BENCHES: dict[str, Callable[[], int]] = {
    "webhooks": _webhooks,
    "tools": _tools,
    "calls": _calls,
    "cases": _cases,
    "insights": _insights,
    "auth": _auth,
    "isolation": _isolation,
}


def main(arguments: Sequence[str]) -> int:
    """Run the named benches, or all; 1 when a figure misses its mark."""
    unknown = [name for name in arguments if name not in BENCHES]
    if unknown:
        print(f"There is no bench called {unknown[0]}. There are: {', '.join(BENCHES)}.")
        return 2
    return max([BENCHES[name]() for name in arguments or BENCHES], default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
