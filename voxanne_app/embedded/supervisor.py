"""`voxanne up`: all that an instance consists of, started in order, kept alive, and stopped together."""

import json
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from voxanne_app.embedded import announcement, data_directory, demo_settings, front_end, postgres
from voxanne_app.embedded.child import Child, how_it_ended
from voxanne_app.foundation import migrations
from voxanne_app.foundation.production import check_production
from voxanne_app.foundation.settings import Settings, read_variable

_READY_SECONDS = 60.0
_STOPPING_SECONDS = 15.0
_LOOK_SECONDS = 0.1
_POSTGRES_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Options:
    port: int
    data_dir: Path
    sandbox: bool
    seed_demo: Callable[[str], announcement.Demo] | None  # given the database's address as the app's role


class CannotStart(Exception):
    """Something stands in the way; the message says what to do."""


def up(options: Options) -> None:
    """Run until Ctrl-C or SIGTERM. Leaves no process behind, whatever happens on the way."""
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, _interrupt)
    data_dir = data_directory.prepare(options.data_dir)
    with data_directory.locked(data_dir, "instance"), ExitStack() as running:
        (data_dir / announcement.FILE).unlink(missing_ok=True)
        instance = Instance(options, data_dir)
        running.callback(instance.stop)
        instance.start()
        instance.watch()


def _interrupt(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # stopping is on its way: a second Ctrl-C must not cut it short
    raise KeyboardInterrupt


class Instance:
    def __init__(self, options: Options, data_dir: Path) -> None:
        self._options = options
        self._data_dir = data_dir
        self._postgres: postgres.EmbeddedPostgres | None = None
        self._owner_url: str | None = None
        self._demo: announcement.Demo | None = None
        self._children: list[Child] = []
        self._postgres_again_at = 0.0

    def start(self) -> None:
        self._check_ports()
        with announcement.stage("database"):
            self._start_database()
        settings = self._settings()
        if problems := check_production(settings):
            raise CannotStart("\n".join(problems))
        with announcement.stage("migrations"):
            self._migrate(settings)
        if self._options.seed_demo:
            with announcement.stage("demo data"):
                self._demo = self._options.seed_demo(settings.require_database_url())
        with announcement.stage("front end"):
            front_end.prepare(self._data_dir)
        with announcement.stage("processes"):
            self._start_children(settings)
            self._wait_until_ready()
        self._tell()
        announcement.introduce(self._settings(), self._demo, self._data_dir / "logs")

    def watch(self) -> None:
        while True:
            self.look_after()
            time.sleep(_LOOK_SECONDS)

    def look_after(self) -> None:
        """Start again what has died, and show what should be known."""
        self._look_after_postgres()
        for child in self._children:
            for line in child.news():
                announcement.say(f"{child.name}: {line}")
            pid = child.pid
            if reason := child.look_after():
                announcement.say(reason)
            if child.pid != pid and (self._data_dir / announcement.FILE).exists():
                self._tell()

    def stop(self) -> None:
        if self._children:
            announcement.say("Stopping …")
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + _STOPPING_SECONDS
        for child in self._children:
            child.stop(max(0.1, deadline - time.monotonic()))
        if self._postgres:
            self._postgres.stop()
        (self._data_dir / announcement.FILE).unlink(missing_ok=True)

    def _check_ports(self) -> None:
        ports = [self._options.port] + ([self._options.port + 1] if self._options.sandbox else [])
        for port in ports:
            if not data_directory.port_is_free(port):
                raise CannotStart(f"Port {port} is taken. Choose another one: voxanne up --port {port + 100}")

    def _settings(self) -> Settings:
        return demo_settings.instance_settings(
            self._data_dir,
            port=self._options.port,
            database_url=self._postgres.app_url if self._postgres else None,
            sandbox=self._options.sandbox,
        )

    def _start_database(self) -> None:
        if read_variable("DATABASE_URL"):
            self._owner_url = migrations.owner_url()
        else:
            self._postgres = postgres.start(self._data_dir)
            self._owner_url = self._postgres.owner_url

    def _migrate(self, settings: Settings) -> None:
        assert self._owner_url
        migrations.migrate(self._owner_url, app_url=settings.require_database_url())

    def _start_children(self, settings: Settings) -> None:
        ours = [sys.executable, "-m", "voxanne_app.cli"]
        commands = {name: [*ours, name] for name in ("web", "worker", "scheduler")}
        if self._options.sandbox:
            commands["sandbox"] = self._sandbox_command(settings)
        environment = demo_settings.as_environment(settings)
        for name, command in commands.items():
            child = Child(name, command, self._data_dir / "logs" / f"{name}.log")
            child.environment = environment
            self._children.append(child)
            child.start()

    def _sandbox_command(self, settings: Settings) -> list[str]:
        seed = self._data_dir / "sandbox_seed.json"
        of_the_demo = self._demo.sandbox_seed(settings) if self._demo else {}
        vendors = demo_settings.sandbox_seed(settings, of_the_demo)
        data_directory.write_private(seed, json.dumps(vendors, default=str))
        command = [sys.executable, "-m", "voxanne_app.sandbox", "--port", str(self._options.port + 1)]
        return [*command, "--seed", str(seed), "--state-dir", str(self._data_dir / "sandbox")]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while (state := self._readiness()) != "ready":
            if time.monotonic() > deadline:
                announcement.say(f"Still not ready: {state}. Logs: {self._data_dir / 'logs'}")
                return
            self.look_after()
            time.sleep(_LOOK_SECONDS)

    def _readiness(self) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._options.port}/readyz", timeout=2) as reply:
                return "ready" if reply.url.endswith("/readyz") else f"it sends us to {reply.url}"
        except urllib.error.HTTPError as error:
            return error.read(2000).decode(errors="replace")
        except OSError as error:
            return str(error)

    def _tell(self) -> None:
        pids = {child.name: child.pid for child in self._children}
        announcement.write(self._data_dir, self._settings(), self._owner_url, pids, self._demo)

    def _look_after_postgres(self) -> None:
        if self._postgres is None or (code := self._postgres.poll()) is None:
            return
        if time.monotonic() < self._postgres_again_at:
            return
        announcement.say(f"database {how_it_ended(code)}; starting it again.")
        self._postgres.stop()
        try:
            self._postgres = postgres.start(self._data_dir)
        except postgres.PostgresFailed as error:
            announcement.say(f"{error}\n  Trying again in {_POSTGRES_PAUSE_SECONDS:g} s.")
            self._postgres_again_at = time.monotonic() + _POSTGRES_PAUSE_SECONDS
            return
        environment = demo_settings.as_environment(self._settings())
        for child in self._children:
            if child.environment != environment:  # it had to take another port
                child.environment = environment
                child.restart()
