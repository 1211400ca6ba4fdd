"""What stands outside the rules of tenancy, and why that is right. A line added here was thought through."""

# Huey knows nothing of claims; what it keeps are the ids of jobs, and the work itself stands in `jobs`.
HUEYS_OWN = {
    "huey.huey_task": "ids of jobs that wait for a worker",
    "huey.huey_schedule": "ids of jobs that wait for a time",
    "huey.huey_kv": "Huey's locks and results, which are empty",
    "huey.huey_counter": "Huey's numbers",
}

# Tables without `org_id uuid not null`.
NOT_ONE_ORGANIZATIONS = {
    "organizations": "is the organization: its policies compare `id`",
    "people": "one person may work for several organizations: visible to that person and their colleagues",
    "welcome_drafts": "belongs to a person who has no organization yet: visible to that person",
    "recovery_codes": "belongs to a person, whichever clinic they are in: the platform's only",
    "sessions": "belongs to a person, before an organization is chosen: the platform's only",
    "data_keys": "null is the platform's own: the platform's only",
    "webhook_inbox": "an event arrives before its organization is known; nobody's events keep null",
    "jobs": "null is the platform's own work",
    "job_failures": "what the platform saw of a job that failed: the platform's only",
    "cron_runs": "the platform's clock",
    "heartbeats": "the platform's processes",
    "alerts": "the platform's own trouble",
    "reconciliations": "how far a vendor's list was compared: times and counts, the platform's only",
    "isolation_probes": "what the platform tried against itself",
    "audit_events": "null is an act of the platform's, which no clinic sees",
    "audit_heads": "null is the platform's own chain",
    "alembic_version": "Alembic's",
    **HUEYS_OWN,
}

# Tables in which the app's role may not do everything, whoever asks.
APPEND_ONLY = {
    "audit_events": "entries are written and read, never changed or taken out",
    "audit_heads": "the database itself keeps them; the app notes only when a chain was walked",
}

# Tables of clinics that only the platform writes.
ONLY_THE_PLATFORM_WRITES = {
    "data_keys": "clinics have secrets, and no hand in their keys",
    "visits": "a clinic reads which operators were there, and cannot change it",
}

# Tables without row level security.
WITHOUT_POLICIES = {
    "alembic_version": "one revision number; the app may only read it, for /readyz",
    **HUEYS_OWN,
}

# Tables whose rows may come to another organization.
ORGANIZATION_MAY_CHANGE = {
    "sessions": "a person turns to another clinic",
    "webhook_inbox": "from null to whom the address leads to",
    "jobs": "policies alone hold it; nothing updates the column",
}

# Unique indexes that do not start with org_id: they tell whether another organization has the value.
UNIQUE_ACROSS_ORGANIZATIONS = {
    "sessions_token_hash_key": "a hash of 32 random bytes",
    "invitations_token_hash_key": "a hash of 32 random bytes",
    "welcome_drafts_pkey": "is the person; policies show each their own row only",
    "visits_one_open": "an operator's session, which is in one clinic at a time; only the platform writes it",
    "webhook_inbox_provider_event_key_key": "the vendors' global ids, from signed bodies only",
    "vendor_addresses_one_owner_at_a_time": "the vendors' global ids: two owners would be the leak",
    "trials_key": "128 random bits, of one answer of one conversation",
    "audit_heads_pkey": "is org_id, with a value of its own for null; the app's role inserts none",
    "jobs_unique_key": "holds org_id as its second part, with a value of its own for null",
}

# What runs with the owner's rights.
SECURITY_DEFINER = {
    "search_calls": "the text index is not leakproof; names the organization itself, returns ids only",
    "find_calls": "the same, and what a list of calls filters, sorts and sums by; no words of anybody",
    "calls_saying": "the same, and whose call it is",
    "platform_call_figures": "for the platform only: how many calls clinics had, and when the last one was",
    "platform_live_calls": "for the platform only: how many calls clinics have on the phone",
    "trial_of_key": "for the platform only: whose conversation a key that only we gave away is of; ids only",
    "forget_trials": "for the platform only: takes out what is too old; returns a count",
    "audit_seal_chain": "gives waiting entries their places in their own organization's chain; tells nothing",
    "audit_close": "for the platform only, and only what is older than six years; returns a count",
}

# What runs on changes of rows, and could carry what it sees elsewhere.
TRIGGER_FUNCTIONS = {
    "forbid_changing_organization": "compares org_id with itself; its message holds no value",
    "audit_fill": "reads the name of whoever asks, under their policies",
    "audit_seal": "has the entries of the row's own organization chained, under its policies",
    "forbid_changing_published_version": "refuses; its message holds no value",
    "audit_is_append_only": "refuses; its message holds no value",
    "audit_head_goes_on": "refuses; its message holds no value",
    "keep_an_owner": "locks the row's own organization and looks at its members, under their policies",
    "mark_call_figures": "writes down when the row's call began, for its organization, under its policies",
    "forget_tests_of_calls": "takes out tests made of the rows' own calls, under their policies",
    "note_schedule_change": "writes a random value for the row's own organization, under its policies",
}

# Supabase's schemas and roles, where they are: the app's role has no way into the former.
SUPABASES_OWN = {
    "auth": "people's sign-ins",
    "storage": "files; ours are reached through its API",
    "realtime": "its own change feed, which is not used",
    "vault": "its own secrets",
    "graphql": "its public API, which is not used",
    "graphql_public": "its public API, which is not used",
    "net": "its webhooks, which are not used",
    "cron": "its clock, which is not used",
    "supabase_functions": "its functions, which are not used",
    "supabase_migrations": "its migrations",
    "pgsodium": "its keys",
    "_realtime": "its own change feed, which is not used",
    "_analytics": "its logs",
}
SUPABASES_ROLES = {"service_role": "its own API for administrators; above policies, and its key is not used"}
