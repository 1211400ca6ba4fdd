"""Who commits, who says for whom, and who may work in no organization's name."""

import ast

from tests.architecture.source import Module, called, product

DOOR = "voxanne_app/foundation/database.py"
MIGRATIONS = "voxanne_app/foundation/migrations.py"

# Where a transaction is the platform's own, in no organization. Each sees everybody's rows of few tables.
PLATFORMS_OWN = {
    "voxanne_app/webhooks/inbox.py": "events arrive before their organization is known",
    "voxanne_app/audit/jobs.py": "walks every chain beside the anchors in the platform's own",
    "voxanne_app/verify_audit.py": "walks every chain",
    "voxanne_app/demo.py": "says who the people of the demo are",
    "voxanne_app/webhooks/reconciliation.py": "the inbox is asked which reports came, whoever's they are",
    "voxanne_app/webhooks/trial_calls.py": "asks whose conversation a key is of",
    "voxanne_app/calls/outbound/jobs.py": "counts the lines that all clinics share",
    "voxanne_app/webhooks/tenants.py": "asks whose an assistant or a number is",
    "voxanne_app/identity/sessions.py": "asks who is behind a cookie",
    "voxanne_app/identity/jobs.py": "somebody's clinics are several, and their sessions the platform's",
    "voxanne_app/identity/ui/place_routes.py": "people and operators who go from one clinic to another",
    "voxanne_app/identity/ui/invitation_routes.py": "whoever holds a link is in no clinic yet",
    "voxanne_app/identity/session_start.py": "makes a session of somebody who is in no clinic yet",
    "voxanne_app/identity/account/acting.py": "a person's own sessions and recovery codes, in no clinic",
    "voxanne_app/identity/account/address.py": "a person's address, which is theirs in every clinic",
    "voxanne_app/identity/refreshing.py": "keeps a session's tokens fresh",
    "voxanne_app/foundation/data_keys.py": "reads the keys of whoever has secrets",
    "voxanne_app/foundation/key_rotation.py": "replaces everybody's keys",
    "voxanne_app/keys.py": "says which keys are in use",
    "voxanne_app/foundation/job_queue.py": "work that is the platform's own",
    "voxanne_app/foundation/job_line.py": "gives out everybody's due work in turns",
    "voxanne_app/foundation/job_runner.py": "claims the row of a job; its work runs in the job's own name",
    "voxanne_app/foundation/job_attempt.py": "writes down how an attempt ended",
    "voxanne_app/foundation/job_trial.py": "asks what a killed worker had in hand",
    "voxanne_app/foundation/job_leases.py": "keeps the leases of running jobs",
    "voxanne_app/foundation/heartbeats.py": "processes, not people",
    "voxanne_app/foundation/metrics.py": "counts what waits, for operators",
    "voxanne_app/monitoring/readiness.py": "asks whether the processes live",
    "voxanne_app/monitoring/isolation/canaries.py": "makes rows of the platform's, which are rolled back",
    "voxanne_app/doctor.py": "asks whether the processes live",
    "voxanne_app/scheduler.py": "claims the clock's ticks",
    "voxanne_app/ui/session.py": "operators' screens, which are no clinic's",
}

# Outside the door: the superuser's preparations, and a connection of Huey's to its own schema.
OWN_CONNECTIONS = {
    "voxanne_app/doctor.py": "tries whether NOTIFY reaches another connection; it reads no table",
    "voxanne_app/embedded/databases.py": "prepares roles and databases, as the superuser",
    "voxanne_app/foundation/job_broker.py": "Huey's tables, in a schema of their own without patients' data",
    "voxanne_app/ui/live.py": "LISTEN needs a connection of its own; it reads no table",
}


def _calling(*names: str) -> dict[str, list[str]]:
    """Module to the calls in it that end with one of `names`."""
    found = {
        module.place: [called(call) for call in module.calls() if called(call).split(".")[-1] in names]
        for module in product()
    }
    return {place: calls for place, calls in found.items() if calls}


def test_only_the_door_commits() -> None:
    elsewhere = _calling("commit", "rollback").keys() - {DOOR, MIGRATIONS}
    assert not elsewhere, f"Let `transaction(claims)` commit, at the edge that opened it: {elsewhere}"


def test_only_the_door_says_for_whom() -> None:
    looks_for_it = "voxanne_app/monitoring/isolation/rules.py"
    saying = {m.place for m in product() if "set_config" in m.text or "request.jwt" in m.text}
    elsewhere = saying - {DOOR, looks_for_it}
    assert not elsewhere, f"Pass `Claims` to `transaction`: {elsewhere}"


def test_only_the_door_connects() -> None:
    connecting = {
        module.place
        for module in product()
        for call in module.calls()
        if called(call) in ("create_engine", "psycopg.connect", "psycopg.AsyncConnection.connect", "Session")
    }
    elsewhere = connecting - {DOOR, MIGRATIONS} - OWN_CONNECTIONS.keys()
    assert not elsewhere, f"Use `transaction(claims)`, or say in OWN_CONNECTIONS why not: {elsewhere}"


def test_work_in_nobodys_name_is_done_in_the_listed_places_only() -> None:
    found = {
        module.place for module in product() for call in module.calls() if called(call) == "Claims.system"
    }
    assert not found - PLATFORMS_OWN.keys(), (
        "Work in the organization's name: `Claims.organization(org_id)`. If there is none yet, list the "
        f"place with its reason in PLATFORMS_OWN: {found - PLATFORMS_OWN.keys()}"
    )


def test_claims_are_made_by_their_own_names_only() -> None:
    elsewhere = {
        m.place for m in product() for call in m.calls() if called(call) in ("Claims", "replace(claims")
    }
    assert not elsewhere - {DOOR}, f"Claims.person, .organization, .system or .nobody: {elsewhere}"


def test_the_inside_of_a_domain_opens_no_transaction() -> None:
    opening = {
        m.place
        for m in product()
        if _is_inside(m) and any(called(call) == "transaction" for call in m.calls())
    }
    edges = {"voxanne_app/identity/sessions.py", "voxanne_app/identity/refreshing.py"}
    edges |= {"voxanne_app/identity/session_start.py"}
    edges |= {place for place in opening if place.startswith("voxanne_app/identity/account/")}
    assert not opening - edges, f"Take `session` as an argument; an edge opens it: {opening - edges}"


def _is_inside(module: Module) -> bool:
    domains = ("agents", "audit", "bookings", "calls", "contacts", "costs", "telephony", "identity", "today")
    return (
        module.domain in domains and module.path.stem not in ("jobs", "routes") and ".ui." not in module.name
    )


def test_the_owners_rights_are_asked_for_in_one_module() -> None:
    reading = {
        module.place
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and node.value == "DATABASE_OWNER_URL"
    }
    keeping_it_from_others = {"voxanne_app/embedded/child.py"}
    assert reading - keeping_it_from_others == {MIGRATIONS}, (
        f"Only migrations use the owner's address: {reading}"
    )


def test_the_lists_name_only_what_exists() -> None:
    places = {module.place for module in product()}
    stale = {*PLATFORMS_OWN, *OWN_CONNECTIONS} - places
    assert not stale, f"Take from the lists what is gone: {stale}"
