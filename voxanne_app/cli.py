"""The `voxanne` command: one process or step per subcommand, each imported only when it runs."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when all is well; expected trouble is one sentence on stderr and exit code 1."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        return 0
    except Exception as error:
        if not _is_for_people(error):
            raise
        print(f"voxanne {options.command}: {_in_words(error)}", file=sys.stderr)
        return 1


def _in_words(error: Exception) -> str:
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    from voxanne_app.foundation.settings import wrong_values

    if isinstance(error, ValidationError):
        return "\n  ".join(wrong_values(error))
    if isinstance(error, DBAPIError):
        said = str(error.orig).partition("\n")[0]
        return f"The database cannot be used. `voxanne doctor` looks into it: {said}"
    return str(error)


def _is_for_people(error: Exception) -> bool:
    """Whether the message says what to do; anything else is a bug and keeps its traceback."""
    from pydantic import ValidationError
    from sqlalchemy.exc import OperationalError

    from voxanne_app.call import CannotCall
    from voxanne_app.embedded.announcement import NothingRuns
    from voxanne_app.embedded.data_directory import DataDirectoryBusy
    from voxanne_app.embedded.front_end import BuildFailed
    from voxanne_app.embedded.postgres import PostgresFailed
    from voxanne_app.embedded.supervisor import CannotStart
    from voxanne_app.foundation.settings import SettingMissing

    embedded = CannotStart | DataDirectoryBusy | PostgresFailed | BuildFailed
    told = embedded | NothingRuns | CannotCall | SettingMissing
    return isinstance(error, told | ValidationError | OperationalError)


def _up(options: Options) -> None:
    from voxanne_app.embedded import supervisor
    from voxanne_app.foundation.settings import get_settings

    seed_demo = None
    if not options.no_demo:
        from voxanne_app import demo

        seed_demo = demo.seed
    settings = get_settings()
    supervisor.up(
        supervisor.Options(
            port=options.port or settings.port,
            data_dir=settings.voxanne_data_dir,
            sandbox=not options.no_sandbox,
            seed_demo=seed_demo,
        )
    )


def _doctor(_options: Options) -> int:
    from voxanne_app import doctor

    return doctor.main()


def _migrate(_options: Options) -> None:
    from voxanne_app.foundation import migrations
    from voxanne_app.foundation.settings import get_settings

    migrations.migrate(migrations.owner_url(), app_url=get_settings().require_database_url())
    print("The database has the newest schema.")


def _seed(_options: Options) -> None:
    from voxanne_app import demo
    from voxanne_app.foundation.settings import get_settings

    made = demo.seed(get_settings().require_database_url())
    print(f"{len(made.organizations)} demo organizations are there.")


def _web(options: Options) -> None:
    _refuse_what_production_forbids()
    from voxanne_app import serving

    serving.serve(workers=options.workers, webhooks_only=options.webhooks_only)


def _worker(_options: Options) -> None:
    _refuse_what_production_forbids()
    from voxanne_app import worker

    worker.main()


def _scheduler(_options: Options) -> None:
    _refuse_what_production_forbids()
    from voxanne_app import scheduler

    scheduler.main()


def _sandbox(options: Options) -> None:
    from voxanne_app.sandbox import __main__ as sandbox

    sandbox.main(options.rest)


def _keys(options: Options) -> int:
    from voxanne_app import keys

    return keys.main(options.do, new_data_keys=options.data_keys)


def _audit(options: Options) -> int:
    from voxanne_app import verify_audit

    return verify_audit.main(org_id=options.org, anchor=options.anchor)


def _replay(options: Options) -> int | None:
    from voxanne_app import replay

    return replay.main(options.files, as_is=options.as_is)


def _call(options: Options) -> int:
    from voxanne_app import call

    return call.main(options.agent)


def _bench(options: Options) -> int | None:
    from voxanne_app.bench import __main__ as bench

    return bench.main(options.rest)


def _refuse_what_production_forbids() -> None:
    from voxanne_app.foundation.production import check_production
    from voxanne_app.foundation.settings import SettingMissing, get_settings

    settings = get_settings()
    problems = check_production(settings)
    if settings.voxanne_env == "production" and not problems:
        from voxanne_app.foundation.database import engine
        from voxanne_app.foundation.database_role import role_problems

        with engine().connect() as connection:
            problems = role_problems(connection)
    if problems:
        raise SettingMissing("\n  ".join(["production does not start like this:", *problems]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="voxanne", description="AI phone receptionists for clinics.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Options], int | None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    _add_processes(command)
    _add_tools(command)
    return parser


def _add_processes(command: Callable[..., argparse.ArgumentParser]) -> None:
    """What is started, or done before that."""
    up = command("up", _up, "run everything on this machine: database, demo, screens, all processes")
    up.add_argument("--port", type=_port, help="the web process; the sandbox takes the next one (PORT, 8000)")
    up.add_argument("--no-demo", action="store_true", help="without the demo clinics")
    up.add_argument("--no-sandbox", action="store_true", help="with the real vendors")
    command("doctor", _doctor, "check settings, database, broker and vendors, and say what to do")
    command("migrate", _migrate, "bring the database to the newest schema, as its owner")
    command("seed", _seed, "put the demo clinics into the database")
    web = command("web", _web, "the web process: pages, websocket, webhooks, API")
    web.add_argument("--workers", type=int, help="one unless there is REDIS_URL, then one per core")
    web.add_argument("--webhooks-only", action="store_true", help="only what vendors call")
    command("worker", _worker, "the background process")
    command("scheduler", _scheduler, "the clock process")


def _add_tools(command: Callable[..., argparse.ArgumentParser]) -> None:
    """What is used beside the running app."""
    passed_on = {"sandbox": _sandbox, "bench": _bench}
    texts = {
        "sandbox": "every vendor on this machine, for the demo and the tests",
        "bench": "the benchmarks; prints ratios measured side by side",
    }
    for name, run in passed_on.items():
        added = command(name, run, texts[name])
        added.add_argument("rest", nargs=argparse.REMAINDER, help="its own arguments; --help lists them")
        added.prefix_chars = "\0"  # --help goes to it too
    keys = command("keys", _keys, "which keys are in use; replacing them while everything runs")
    keys.add_argument("do", choices=["status", "rotate"])
    keys.add_argument("--data-keys", action="store_true", help="new data keys too, and all sealed under them")
    audit = command("audit", _audit, "whether the audit still is what was written")
    audit.add_argument("do", choices=["verify"])
    audit.add_argument("--org", type=UUID, metavar="ID", help="one organization's chain; all unless given")
    audit.add_argument("--anchor", type=_anchor, help="`number:hash` of the platform's chain, from the logs")
    replay = command("replay", _replay, "sign recorded webhook bodies and send them to the running app")
    replay.add_argument("files", nargs="+", type=Path, metavar="FILE")
    replay.add_argument("--as-is", action="store_true", help="without giving them to the demo's first clinic")
    call = command("call", _call, "ring at a clinic of the demo, in text: you are the caller")
    call.add_argument("--agent", help="its number, name or clinic; the first one unless given")


def _anchor(text: str) -> object:
    from voxanne_app.audit.chain import Anchor

    return Anchor.read(text)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65534:
        raise argparse.ArgumentTypeError("between 1 and 65534, because the sandbox takes the next one")
    return port


if __name__ == "__main__":
    sys.exit(main())
