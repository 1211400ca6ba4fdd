"""Every protection, how it is taken out, and the test that must notice.

`search` occurs in `file` exactly once, which tests/architecture/test_protections.py checks: when the code
changes, its line here changes with it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """`without` takes the place of `search`; then those tests in `test` that `only` picks must fail."""

    name: str
    file: str
    search: str
    without: str
    test: str
    only: str = ""


_POLICIES = "voxanne_app/foundation/row_level_security.py"
_CATALOG = "tests/db/test_isolation_catalog.py"
_MATRIX = "tests/db/test_isolation_matrix.py"

TENANCY = (
    Protection(
        "row level security is on",
        _POLICIES,
        '        f"alter table {table} enable row level security",\n',
        "",
        _CATALOG,
        "keeps and forced",
    ),
    Protection(
        "row level security is forced",
        _POLICIES,
        '        f"alter table {table} force row level security",\n',
        "",
        _CATALOG,
        "keeps and forced",
    ),
    Protection(
        "policies compare the organization",
        _POLICIES,
        'OWN_ORGANIZATION = "org_id = (select auth_org_id())"',
        'OWN_ORGANIZATION = "true"',
        _MATRIX,
        "touched and select",
    ),
    Protection(
        "what is written is checked",
        _POLICIES,
        "for insert with check ({rule})",
        "for insert with check (true)",
        _MATRIX,
        "touched and insert",
    ),
    Protection(
        "foreign keys hold the organization",
        "alembic/versions/0004_bookings.py",
        "foreign key (org_id, contact_id) references contacts (org_id, id)",
        "foreign key (contact_id) references contacts (id)",
        _MATRIX,
        "touched and refer_to",
    ),
    Protection(
        "a row never moves to another organization",
        _POLICIES,
        '        f"create trigger {table}_org_id_is_fixed before update of org_id on {table} "\n'
        '        "for each row execute function forbid_changing_organization()",\n',
        "",
        _CATALOG,
        "keeps and moves",
    ),
    Protection(
        "the app's role has four rights on a table",
        _POLICIES,
        "return f'grant {verbs} on",
        "return f'grant all on",
        _CATALOG,
        "keeps and truncate",
    ),
    Protection(
        "empty claims are nobody",
        "alembic/versions/0001_tenancy.py",
        "$$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$",
        "$$ select current_setting('request.jwt.claims', true)::jsonb $$",
        _CATALOG,
        "keeps and claims",
    ),
    Protection(
        "people cannot make themselves operators",
        "alembic/versions/0001_tenancy.py",
        '*policies("people", SYSTEM_ONLY, may_read=',
        '*policies("people", f"{SYSTEM_ONLY} or id = (select auth_person_id())", may_read=',
        "tests/db/test_isolation_behaviour.py",
        "operator",
    ),
)

_TOKENS = "voxanne_app/identity/tokens.py"
_TOKEN_TESTS = "tests/unit/test_tokens.py"
_NO_TIMES = '                    "verify_exp": False,\n'

SIGN_IN = (
    Protection(
        "a token's signature",
        _TOKENS,
        _NO_TIMES,
        '                    "verify_signature": False,\n' + _NO_TIMES,
        _TOKEN_TESTS,
        "false_token",
    ),
    Protection(
        "a token's issuer",
        _TOKENS,
        _NO_TIMES,
        '                    "verify_iss": False,\n' + _NO_TIMES,
        _TOKEN_TESTS,
        "issuer",
    ),
    Protection(
        "a token's audience",
        _TOKENS,
        _NO_TIMES,
        '                    "verify_aud": False,\n' + _NO_TIMES,
        _TOKEN_TESTS,
        "audience",
    ),
    Protection(
        "a token's expiry",
        _TOKENS,
        "    if expires_at + LEEWAY <= now:\n        raise",
        "    if False:\n        raise",
        _TOKEN_TESTS,
        "thirty_seconds",
    ),
    Protection(
        "a token's role",
        _TOKENS,
        'if claims.get("role") != ROLE or claims.get("is_anonymous"):',
        "if False:",
        _TOKEN_TESTS,
        "service and role",
    ),
    Protection(
        "the limit on guessing passwords",
        "voxanne_app/identity/limits.py",
        "            if self._add(key, 1) > limit:",
        "            if self._add(key, 1) > limit * 1000:",
        "tests/wire/test_sign_in.py",
        "guessing",
    ),
    Protection(
        "the cookie is out of reach of scripts",
        "voxanne_app/identity/ui/session_cookie.py",
        "        httponly=True,",
        "        httponly=False,",
        "tests/wire/test_sign_in.py",
        "out_of_reach",
    ),
    Protection(
        "a removed person is out",
        "voxanne_app/identity/admission.py",
        '        .where(Membership.removed_at == None)  # noqa: E711 (SQL\'s "is null")\n',
        "",
        "tests/wire/test_sessions.py",
        "removed_person",
    ),
    Protection(
        "a suspended clinic is out",
        "voxanne_app/identity/admission.py",
        "    if organization.suspended_at is not None:",
        "    if False:",
        "tests/wire/test_sessions.py",
        "suspended",
    ),
    Protection(
        "an organization's sign-in vouches for its own domain only",
        "voxanne_app/identity/ui/sso_routes.py",
        "        return domain_of(email) == domain",
        "        return bool(domain_of(email)) or bool(domain)",
        "tests/wire/test_sso.py",
        "names_somebody_elsewhere",
    ),
    Protection(
        "nobody of an organization comes in by Google's door",
        "voxanne_app/identity/ui/google_routes.py",
        "    if tokens.account and tokens.account.is_sso:",
        "    if not tokens:",
        "tests/wire/test_sso.py",
        "googles_door",
    ),
    Protection(
        "no answer of the sign-in provider sends a browser anywhere",
        "voxanne_app/integrations/supabase/sign_up.py",
        "        if not self._may_lead_to(address):",
        "        if not address:",
        "tests/wire/test_sso.py",
        "should_not_go",
    ),
    Protection(
        "what one way of signing in has begun, no other finishes",
        "voxanne_app/identity/ui/outside_flow.py",
        'f"{self.way}:{purpose}:{self.value}"',
        'f"{purpose}:{self.value}"',
        "tests/wire/test_sso.py",
        "by_another_door",
    ),
)

_DOOR = "voxanne_app/ui/front_door.py"
_DOOR_TESTS = "tests/wire/test_front_door.py"
_SCREEN_TESTS = "tests/wire/test_screen_door.py"
_GUARD = "voxanne_app/ui/event_guard.py"

BROWSER = (
    Protection(
        "the origin of requests",
        _DOOR,
        "        return all(is_own_origin(",
        "        return True or all(is_own_origin(",
        _DOOR_TESTS,
        "foreign_page",
    ),
    Protection(
        "the origin of sockets",
        _DOOR,
        'asked.header(scope, b"origin") and self._is_from_here(scope)',
        "self._is_from_here(scope)",
        _DOOR_TESTS,
        "from_nowhere",
    ),
    Protection(
        "forms of other sites (CSRF)",
        "voxanne_app/foundation/browser_requests.py",
        '    return is_own_origin(origin, host=request.headers.get("host"), public_url=public_url)',
        "    return True",
        "tests/unit/test_browser_requests.py",
        "may_post",
    ),
    Protection(
        "a session for every page",
        _DOOR,
        "        elif who and (not is_page or",
        "        elif True or (not is_page or",
        _DOOR_TESTS,
        "without_a_session",
    ),
    Protection(
        "a session for every socket",
        _DOOR,
        "if cookie is None or who is None or",
        "if cookie is None or",
        _DOOR_TESTS,
        "from_nowhere",
    ),
    Protection(
        "a session for every event",
        _GUARD,
        "if connection is None or not connection.end_unless_for(who) or who is None:",
        "if connection is None:",
        _SCREEN_TESTS,
        "after_the_session_ended",
    ),
    Protection(
        "a permission for every event",
        _GUARD,
        "if event.name not in _REFLEX_OWN and not _may_send(who, event.name):",
        "if False:",
        _SCREEN_TESTS,
        "marked",
    ),
    Protection(
        "the permission is asked for again at the data",
        "voxanne_app/ui/session.py",
        "        if not is_allowed(person, permission):",
        "        if False:",
        _SCREEN_TESTS,
        "asks_for_the_permission_again",
    ),
    Protection(
        "pages belong to the session that opened them",
        "voxanne_app/ui/connections.py",
        'f"{place} {token}"',
        'f"{token}"',
        _DOOR_TESTS,
        "another_sessions_token",
    ),
    Protection(
        "pages load what is named and nothing else (CSP)",
        "voxanne_app/ui/security_headers.py",
        "        \"default-src 'none'\",\n",
        "        \"default-src * 'unsafe-inline'\",\n",
        "tests/unit/test_security_headers.py",
        "elsewhere",
    ),
    Protection(
        "pages are shown in no frame",
        "voxanne_app/ui/security_headers.py",
        "        \"frame-ancestors 'none'\",\n",
        "",
        "tests/unit/test_security_headers.py",
        "elsewhere",
    ),
    Protection(
        "what is known of a session is seconds old",
        "voxanne_app/identity/sessions.py",
        "RECENT_SECONDS = 2.0",
        "RECENT_SECONDS = 60.0",
        "tests/wire/test_sessions.py",
        "removed_person",
    ),
)

_SIGNATURES = "voxanne_app/integrations/vapi/signatures.py"
_SIGNATURE_TESTS = "tests/unit/test_vapi_webhooks.py"
_QUEUE_TESTS = "tests/db/test_job_queue.py"

DATA = (
    Protection(
        "the signature of webhooks",
        _SIGNATURES,
        "    return sum(hmac.compare_digest(offered, each) for each in expected) > 0",
        "    return True",
        _SIGNATURE_TESTS,
        "without_a_proof",
    ),
    Protection(
        "the replay window of webhooks",
        _SIGNATURES,
        "    return abs(now_seconds - signed_at) <= WINDOW_SECONDS",
        "    return True",
        _SIGNATURE_TESTS,
        "without_a_proof",
    ),
    Protection(
        "secrets are taken out of stored bodies",
        "voxanne_app/integrations/vapi/redaction.py",
        "    return plain in _NAMES or plain.endswith(_ENDINGS)",
        "    return False",
        _SIGNATURE_TESTS,
        "secrets_are_taken_out",
    ),
    Protection(
        "an event is stored once",
        "alembic/versions/0002_jobs_and_webhooks.py",
        "      unique (provider, event_key)\n",
        "      check (event_key is not null)\n",
        "tests/db/test_webhook_inbox.py",
        "eight_times",
    ),
    Protection(
        "a request books once",
        "alembic/versions/0004_bookings.py",
        "      unique (org_id, request_key),\n",
        "",
        "tests/db/test_booking_race.py",
        "five_times",
    ),
    Protection(
        "bookings never overlap",
        "alembic/versions/0004_bookings.py",
        "        where (status in ('pending', 'confirmed'))\n    )",
        "        where (false)\n    )",
        "tests/db/test_booking_race.py",
        "thirty_callers",
    ),
    Protection(
        "a zombie's late write is refused",
        "voxanne_app/foundation/job_rows.py",
        "j.id = :job_id and j.fence = :fence and",
        "j.id = :job_id and cast(:fence as bigint) is not null and",
        _QUEUE_TESTS,
        "zombie",
    ),
    Protection(
        "a secret is bound to its place",
        "voxanne_app/foundation/sealing.py",
        "    return json.dumps([FORMAT, str(key_id), *map(str, where)]).encode()",
        "    return json.dumps([FORMAT]).encode() if where else b''",
        "tests/db/test_sealing.py",
        "moved_elsewhere",
    ),
    Protection(
        "an earlier secret put back is refused",
        "voxanne_app/foundation/sealing.py",
        "place.row, place.version)",
        "place.row, 0)",
        "tests/db/test_sealing.py",
        "moved_elsewhere",
    ),
    Protection(
        "no organization reads a data key",
        "alembic/versions/0008_secrets.py",
        'tenant_table("data_keys", SYSTEM_ONLY)',
        """tenant_table("data_keys", f"({SYSTEM_ONLY} or org_id = (select auth_org_id()))")""",
        "tests/db/test_sealing.py",
        "no_organization_can_read",
    ),
    Protection(
        "a frame is a megabyte at most",
        "voxanne_app/ui/socket_line.py",
        "if _size(message) > LARGEST_FRAME else message",
        "if not _size(message) >= 0 else message",
        "tests/wire/test_front_door.py",
        "megabyte",
    ),
    Protection(
        "nobody chooses their own address",
        "voxanne_app/foundation/browser_requests.py",
        "    while hops and _is_trusted(address):",
        "    while hops and hops[0]:",
        "tests/unit/test_browser_requests.py",
        "chooses_their_own",
    ),
    Protection(
        "nothing but a list leaves for Sentry",
        "voxanne_app/integrations/sentry/error_reports.py",
        "        before_send=scrubbed,\n",
        "",
        "tests/wire/test_error_reports.py",
        "without_its_message",
    ),
    Protection(
        "the audit is append-only",
        "alembic/versions/0005_audit.py",
        '    "create trigger audit_events_append_only before update or delete on audit_events "\n'
        '    "for each row execute function audit_is_append_only()",\n',
        "",
        "tests/db/test_audit_trail.py",
        "cannot_change",
    ),
    Protection(
        "what was touched while it waited gets no place in the audit",
        "alembic/versions/0005_audit.py",
        "        continue when entry.hash is distinct from public.audit_hash(sha256(''), entry);\n",
        "",
        "tests/db/test_audit_sealing.py",
        "was_touched",
    ),
    Protection(
        "a clinic keeps an owner",
        "alembic/versions/0007_clinics.py",
        '    "create trigger memberships_keep_an_owner after update or delete on memberships "\n'
        '    "for each row execute function keep_an_owner()",\n',
        "",
        "tests/db/test_team.py",
        "last_owner",
    ),
    Protection(
        "texts are redacted",
        "voxanne_app/foundation/redaction.py",
        "        text = pattern.sub(replacement, text)",
        "        pattern.sub(replacement, text)",
        "tests/unit/test_redaction.py",
        "patient",
    ),
    Protection(
        "log lines are redacted",
        "voxanne_app/foundation/logs.py",
        "    return redact(message if",
        "    return str(message if",
        "tests/unit/test_logs.py",
        "patient",
    ),
    Protection(
        "alerts are redacted",
        "voxanne_app/monitoring/alerts.py",
        '"title": redact(title), "body": redact(body)',
        '"title": title, "body": body',
        "tests/db/test_alerts.py",
        "never_stand",
    ),
    Protection(
        "nothing that a trial does stays",
        "voxanne_app/foundation/undone.py",
        "        yield session\n",
        "        yield session\n        session.commit()\n",
        "tests/db/test_trial_rehearsals.py",
        "done_earlier",
    ),
    Protection(
        "a trial that is stuck holds nobody up",
        "voxanne_app/foundation/undone.py",
        'b"set local idle_in_transaction_session_timeout = %d" % (2 * statement_ms)',
        'b"select 1"',
        "tests/db/test_trial_rehearsals.py",
        "stuck",
    ),
    Protection(
        "the key of a trial is over with its answer",
        "voxanne_app/trials/conversing.py",
        'trial.state, trial.key, trial.used = "waiting", None, []',
        'trial.state, trial.used = "waiting", []',
        "tests/wire/test_trials.py",
        "nobody_has_or_that_is_over",
    ),
    Protection(
        "nobody is called who has not agreed",
        "voxanne_app/calls/outbound/checks.py",
        "if facts.consent and facts.consent.is_given:",
        "if facts.needs_consent:",
        "tests/unit/test_calling_out_checks.py",
        "for_good",
    ),
    Protection(
        "whoever asks to dial takes the state from its row",
        "voxanne_app/calls/outbound/dialling.py",
        "and id = :id and state = '{}' returning id",
        "and id = :id returning id",
        "tests/wire/test_calling_out.py",
        "two_workers",
    ),
    Protection(
        "what is being dialled is looked for",
        "voxanne_app/calls/outbound/jobs.py",
        "        _look_for(run, attempt, order)\n    elif",
        "        _dial(run, attempt, org_id)\n    elif",
        "tests/wire/test_calling_out.py",
        "heard_the_answer or worker_that_dies",
    ),
    Protection(
        "the tools of a test call lead into its trial",
        "voxanne_app/integrations/vapi/calling.py",
        "_keyed(with_secret(tool_body(tool, server), server), tested.key)",
        "with_secret(tool_body(tool, server), server)",
        "tests/wire/test_calling_my_phone.py",
        "do_nothing",
    ),
    Protection(
        "a spreadsheet runs no cell",
        "voxanne_app/ui/spreadsheet.py",
        "if cell[:1] in _FORMULA else cell",
        "if cell[:1] == '\\0' else cell",
        "tests/unit/test_calls_screen.py",
        "spreadsheet",
    ),
    Protection(
        "production takes no secret of the demo",
        "voxanne_app/foundation/production.py",
        "and DEMO in value.get_secret_value():",
        "and not value.get_secret_value():",
        "tests/unit/test_settings.py",
        "production_refuses",
    ),
    Protection(
        "tests go with the words that they were made of",
        "alembic/versions/0016_trials.py",
        "create trigger call_turns_forget_tests after delete on call_turns",
        "create trigger call_turns_forget_tests after delete on call_tool_calls",
        "tests/db/test_kept_tests.py",
        "goes_with_the_words",
    ),
    Protection(
        "a caller's number is not copied into a test",
        "voxanne_app/trials/from_call.py",
        "    return _NUMBER.sub(MADE_UP_NUMBER, line)",
        "    return line",
        "tests/unit/test_kept_tests.py",
        "lines_without_numbers",
    ),
    Protection(
        "publishing what fails its tests takes a yes",
        "voxanne_app/agents/publishing.py",
        "    if not (checks.all_pass or approval.despite_checks):\n",
        "    if False:\n",
        "tests/db/test_kept_tests.py",
        "takes_a_yes",
    ),
    Protection(
        "a clinic pays for so many test runs an hour",
        "voxanne_app/trials/asking.py",
        "    wanted = list(tests)[:room]\n",
        "    wanted = list(tests)\n",
        "tests/db/test_kept_tests.py",
        "so_many_tests_an_hour",
    ),
)

PROTECTIONS = (*TENANCY, *SIGN_IN, *BROWSER, *DATA)
