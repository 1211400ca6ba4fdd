"""Simulated phone calls, asked of the demo's control address (`POST /_sandbox/calls`)."""

import httpx

from voxanne_app.today.ports import SimulatorUnavailable

_TIMEOUT_SECONDS = 5.0


class SimulatedPhoneCalls:
    def __init__(self, control_url: str) -> None:
        self._address = f"{control_url.rstrip('/')}/_sandbox/calls"

    def start_call(self, *, number: str, script: str) -> str:
        body = {"number": number, "script": script, "wait": False}
        try:
            answer = httpx.post(self._address, json=body, timeout=_TIMEOUT_SECONDS)
            answer.raise_for_status()
            return str(answer.json()["id"])
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise SimulatorUnavailable(
                "The simulated phone did not answer. Nothing was lost; try again."
            ) from error
