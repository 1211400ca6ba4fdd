"""`voxanne keys`: which keys are in use, and replacing them while everything runs."""

import os
import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from voxanne_app.embedded import demo_settings
from voxanne_app.foundation import key_rotation
from voxanne_app.foundation.database import Claims, transaction, transaction_at
from voxanne_app.foundation.encryption import keyring, parse_keys
from voxanne_app.foundation.key_standing import KeyStanding, key_standing
from voxanne_app.foundation.sealing import SealedTable
from voxanne_app.foundation.settings import SettingMissing, Settings, get_settings
from voxanne_app.identity import stored_sessions

# Every table in which something is sealed.
SEALED: tuple[SealedTable, ...] = (stored_sessions.SECRETS,)

_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0


def main(do: str, *, new_data_keys: bool) -> int:
    """Exit code 1 when something cannot be decrypted, or is still to be done."""
    os.environ.update(demo_settings.as_environment(demo_settings.settings_here()))
    get_settings.cache_clear()
    return _rotate(new_data_keys=new_data_keys) if do == "rotate" else _status()


def findings(settings: Settings) -> Iterator[tuple[str, bool]]:
    """For the doctor: a sentence for each key that is spare, old or missing, and whether that is well."""
    try:
        listed = list(parse_keys(settings.require_list("encryption_keys")))
        with transaction_at(settings.require_database_url(), Claims.system()) as session:
            standing = key_standing(session, SEALED)
    except (SettingMissing, SQLAlchemyError):
        return  # which the doctor says elsewhere
    yield from ((sentence, False) for sentence in standing.missing(listed))
    yield from ((sentence, True) for sentence in standing.about_older(listed))
    if not standing.missing(listed):
        yield f"{standing.secrets} secrets can be read; {listed[0]} is the newest key", True


def _status() -> int:
    standing, listed = _standing(), keyring().key_ids
    print(f"{listed[0]} is the newest key; it wraps {standing.data_keys.get(listed[0], 0)} data keys.")
    left = f"{standing.left_to_reseal} of them not under a current data key"
    print(f"{standing.secrets} secrets are stored, {left}.")
    for sentence in (*standing.missing(listed), *standing.about_older(listed)):
        print(sentence)
    return 1 if standing.missing(listed) else 0


def _rotate(*, new_data_keys: bool) -> int:
    wrapped = key_rotation.rewrap()
    print(f"{wrapped.done} data keys were brought under {keyring().newest}.")
    if new_data_keys:
        replaced = key_rotation.replace_data_keys()
        print(f"{replaced} data keys were replaced; those younger than an hour stay.")
    failed = wrapped.failed + _reseal()
    if waiting := key_rotation.seconds_to_settle():
        print("Waiting until every process has noticed …", flush=True)
        time.sleep(waiting)
        failed = wrapped.failed + _reseal()
    key_rotation.drop_unused(SEALED)
    if failed:
        print(f"{failed} cannot be decrypted with any of ENCRYPTION_KEYS, and were left as they are.")
    return max(_status(), 1 if failed else 0)


def _reseal() -> int:
    """Until nothing is left but what cannot be decrypted; how much that is. Rows in use are waited for."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        passes = [key_rotation.reseal(table) for table in SEALED]
        done, failed = sum(one.done for one in passes), sum(one.failed for one in passes)
        if done:
            print(f"{done} rows were sealed anew.", flush=True)
        if time.monotonic() > deadline or not (done or _left_in_use(failed)):
            return failed
        time.sleep(_PAUSE_SECONDS if not done else 0)


def _left_in_use(failed: int) -> bool:
    return _standing().left_to_reseal > failed * max(len(table.columns) for table in SEALED)


def _standing() -> KeyStanding:
    with transaction(Claims.system()) as session:
        return key_standing(session, SEALED)
