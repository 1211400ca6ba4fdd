"""Bad days: what may go wrong with a vendor, for how many requests or how long."""

from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from voxanne_app.sandbox.clock import Clock
from voxanne_app.sandbox.fields import BadField, Fields

ANSWER_MODES = ("slow", "black_hole", "reset", "cut", "status", "html", "wrong_json", "succeed_then_reset")
WEBHOOK_MODES = ("duplicate", "reorder", "drop", "late")
MODES = ANSWER_MODES + WEBHOOK_MODES

DEFAULT_SECONDS = {"slow": 3.0, "late": 5.0, "reorder": 2.0}


@dataclass
class Fault:
    """`path` is a pattern (`/call*`); for webhooks it is held against the message type.

    `seconds` is the delay (slow, late, reorder), `count` how often it still strikes, `until` when it ends.
    """

    id: int
    vendor: str
    mode: str
    path: str = "*"
    method: str = "*"
    seconds: float = 0
    status: int = 503
    headers: dict[str, str] | None = None
    body: Any = None
    count: int | None = None
    until: float | None = None

    def concerns(self, vendor: str, method: str, path: str) -> bool:
        return (
            self.vendor in ("*", vendor)
            and self.method in ("*", method)
            and (fnmatchcase(path, self.path) or path.startswith(self.path.rstrip("*") + "/"))
        )


class Faults:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._faults: list[Fault] = []
        self._last = 0

    def add(self, body: Fields, vendors: tuple[str, ...]) -> Fault:
        """Read a fault as the control API takes it; BadField says what is wrong with it."""
        vendor = body.choice("vendor", ("*", *vendors), "*")
        mode = body.needed_text("mode")
        if mode not in MODES:
            raise BadField(f"'mode' must be one of: {', '.join(MODES)}")
        seconds = body.number("seconds", low=0, high=3600, default=DEFAULT_SECONDS.get(mode, 0))
        status = body.number("status", low=100, high=599, default=502 if mode == "html" else 503)
        count = body.number("count", low=1, high=1_000_000)
        duration = body.number("duration_seconds", low=0.01, high=86_400)
        fault = Fault(
            id=self._last + 1,
            vendor=vendor,
            mode=mode,
            path=body.text("path") or "*",
            method=(body.text("method") or "*").upper(),
            seconds=float(seconds or 0),
            status=int(status or 503),
            headers={name: str(value) for name, value in body.mapping("headers").items()},
            body=body.anything("body"),
            count=None if count is None else int(count),
            until=None if duration is None else self._clock.now() + duration,
        )
        body.finish()
        self._last = fault.id
        self._faults.append(fault)
        return fault

    def strike(self, modes: tuple[str, ...], vendor: str, method: str, path: str) -> list[Fault]:
        """The faults of these modes that hit this exchange, one of each mode; each counts as used."""
        self._forget_finished()
        struck: dict[str, Fault] = {}
        for fault in self._faults:
            if fault.mode in modes and fault.mode not in struck and fault.concerns(vendor, method, path):
                struck[fault.mode] = fault
                if fault.count is not None:
                    fault.count -= 1
        return list(struck.values())

    def clear(self, fault_id: int | None = None) -> None:
        self._faults = [] if fault_id is None else [fault for fault in self._faults if fault.id != fault_id]

    def listed(self) -> list[dict[str, Any]]:
        self._forget_finished()
        now = self._clock.now()
        return [
            {**asdict(fault), "seconds_left": None if fault.until is None else round(fault.until - now, 1)}
            for fault in self._faults
        ]

    def _forget_finished(self) -> None:
        now = self._clock.now()
        self._faults = [
            fault
            for fault in self._faults
            if (fault.count is None or fault.count > 0) and (fault.until is None or fault.until > now)
        ]
