"""Every handler, called with what no page would send: sentences, and nothing written that does not belong.

200 payloads for each handler with VOXANNE_FAULTS_FULL=1, fewer every day. They are drawn anew each time; the
seed is printed.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.architecture.test_inventory_of_handlers import handlers_of, ours
from tests.e2e.test_raw_sockets import Wire, cookie_of, dial
from tests.faults.background import is_full
from tests.running_app import RunningApp
from voxanne_app import app as application

EACH = 200 if is_full() else 8
PORTION = 25  # more would fill the socket both ways, or keep its heartbeat from being answered
SCREEN = "reflex___state____state.voxanne_app___ui___session____screen"
_TEXTS = (
    "", " ", "\u0000", "\ud800", "x" * 20_000, "'; drop table call_logs; --", "<script>alert(1)</script>",
    "../../etc/passwd", "NaN", "-1", "1e309", "2026-02-30", "25:61", "00000000-0000-0000-0000-000000000000",
    "%s{0}${7*7}", "😀" * 500, "null", "[object Object]", "\r\nset-cookie: a=b", "9" * 400, "+1 (555",
    "\u202egnp.exe", "2026-11-01T01:30:00",
)  # fmt: skip
# No role among them: asked of all owners, a second factor would rightly put the caller out.
_PLAIN = (None, True, False, 0, -1, 2**31, 2**63, 2**200, 1e308, -0.0, 0.1)


def odd(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(10 if depth < 3 else 8)
    if kind < 5:
        return chance.choice(_TEXTS)
    if kind < 8:
        return chance.choice(_PLAIN)
    if kind == 8:
        return [odd(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {str(chance.choice(_TEXTS))[:50]: odd(chance, depth + 1) for _ in range(chance.randrange(4))}


def calls(chance: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """Every handler EACH times: odd values, too few, too many, under other names."""
    assert application.PAGES
    made = []
    for state in ours():
        for name, handler in handlers_of(state).items():
            parameters = [parameter for parameter in handler._parameters if parameter != "self"]
            for _ in range(EACH if not handler.is_background else 1):
                payload = {parameter: odd(chance) for parameter in parameters if chance.random() < 0.95}
                if chance.random() < 0.1:
                    payload[str(odd(chance))[:40]] = odd(chance)
                made.append((f"{state.get_full_name()}.{name}", payload))
    return made


def send(app: RunningApp, cookie: str, several: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """What is heard of each portion, of which the last sentence should be that somebody is still here."""
    told = []
    with dial(app, cookie=cookie, origin=app.url) as socket:
        line = Wire(socket)
        for first in range(0, len(several), PORTION):
            for name, payload in several[first : first + PORTION]:
                line.send(name, payload)
            here = f"Still here after {first}."
            line.send(f"{SCREEN}.show_problem", {"sentence": here})
            told.append(line.heard_until(here, within=60))
            assert here in told[-1], told[-1][-2000:]
    return told


def rows_of_others(app: RunningApp) -> dict[str, int]:
    """How many rows every clinic but the first has, table by table."""
    ours_ = app.run["organizations"][0]["id"]
    with psycopg.connect(app.run["database_owner_url"]) as owner:
        tables = owner.execute(
            "select table_name from information_schema.columns where table_schema = 'public' "
            "and column_name = 'org_id' "
            "and table_name not in ('sessions', 'data_keys', 'jobs', 'webhook_inbox')"
        ).fetchall()
        counts = {}
        for (table,) in tables:
            query = f"select count(*) from {table} where org_id <> %s"
            counts[table] = int(owner.execute(query, [ours_]).fetchall()[0][0])
    return counts


@pytest.mark.parametrize("role", ["owner", "platform"])
def test_odd_payloads_end_in_sentences_and_write_nothing_elsewhere(
    app: RunningApp, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(10**6)
    log, before = app.data_dir / "logs" / "web.log", rows_of_others(app)
    read = len(log.read_text())
    made = calls(random.Random(seed))
    cookie = cookie_of(app, role)
    with ThreadPoolExecutor(4) as threads:
        told = threads.map(lambda part: send(app, cookie, part), [made[n::4] for n in range(4)])
        heard = "".join(part for parts in told for part in parts)
    failed = [line for line in log.read_text()[read:].splitlines() if "A handler failed" in line]
    with capsys.disabled():
        print(f"\nseed {seed}: {len(made)} odd calls as {role}, {len(failed)} unhandled")
    assert not failed, failed[:3]
    assert "Traceback" not in heard
    assert {table: count for table, count in rows_of_others(app).items() if count != before[table]} == {}
    assert app.status("/readyz") == 200
