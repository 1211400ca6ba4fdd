"""Who may reach what: every handler, address, page and job by name, declared by hand.

Whoever adds one adds it here, and by that decides who may call it; tests/wire/test_surface.py tries each
against every kind of person. Roles stand here as words of their own, so that a change of
identity/permissions.py is noticed too.
"""

KINDS = (
    "anonymous",
    "removed",
    "viewer",
    "staff",
    "admin",
    "owner",
    "other clinic's admin",
    "visitor",
    "operator",
)

_ADMINS = frozenset({"admin", "owner", "other clinic's admin"})
_STAFF = _ADMINS | {"staff"}
_CLINIC = _STAFF | {"viewer"}
_SEE = _CLINIC | {"visitor"}
_OPERATORS = frozenset({"operator", "visitor"})

ANYBODY = "anybody signed in"
# What a permission opens. A visitor is an operator in a clinic: reads what its administrators read.
MAY = {
    "today.read": _SEE,
    "calls.read": _SEE,
    "calls.read_cost": _STAFF | {"visitor"},
    "calls.read_raw": _ADMINS | {"visitor"},
    "calls.listen": _STAFF,
    "calls.annotate": _STAFF,
    "calls.steer": _STAFF,
    "calls.call_out": _STAFF,
    "bookings.read": _SEE,
    "bookings.edit": _STAFF,
    "cases.resolve": _STAFF,
    "agents.read": _SEE,
    "agents.edit": _ADMINS,
    "agents.publish": _ADMINS,
    "insights.read": _SEE,
    "team.read": _STAFF | {"visitor"},
    "team.manage": _ADMINS,
    "clinic.edit": _ADMINS,
    "audit.read": _ADMINS | {"visitor"},
    "demo.simulate": _STAFF,
    "platform.organizations": _OPERATORS,
    "platform.visit": _OPERATORS,
    "platform.isolation": _OPERATORS,
    "platform.audit": _OPERATORS,
    # Of a clinic's screens, of an operator's, and of the notices that both have.
    f"{ANYBODY}, clinic": _SEE,
    f"{ANYBODY}, platform": _OPERATORS,
    f"{ANYBODY}, both": _SEE | _OPERATORS,
}

# State: what it needs, and which handlers need it.
HANDLERS: dict[str, dict[str, list[str]]] = {
    "AgentsState": {
        "agents.edit": ["create", "open_new"],
        "agents.read": ["follow", "load"],
        "anybody signed in, clinic": ["close_new"],
    },
    "AnnotationsState": {
        "calls.annotate": ["add_note", "add_tag", "assign", "remove_tag", "reopen", "resolve"],
        "calls.read": ["follow", "load"],
    },
    "AttemptsState": {
        "calls.call_out": ["stop"],
        "calls.read": ["follow", "load"],
    },
    "AuditState": {
        "anybody signed in, clinic": ["choose", "clear", "newer", "older", "search"],
        "audit.read": ["export", "follow", "load", "verify"],
    },
    "BookingFormState": {
        "anybody signed in, clinic": ["choose_outside", "close"],
        "bookings.edit": ["choose", "find_next", "open_move", "open_new", "save", "undo_move"],
    },
    "BookingsState": {
        "anybody signed in, clinic": [
            "choose",
            "choose_day",
            "choose_practitioner",
            "clear",
            "go_on",
            "search",
            "select",
            "show_column",
            "sort_by",
            "turn_page",
        ],
        "bookings.edit": ["cancel", "mark", "restore"],
        "bookings.read": ["export", "follow", "load"],
    },
    "CallBackState": {
        "anybody signed in, clinic": ["close"],
        "calls.call_out": [
            "ask",
            "choose_agent",
            "open_for_call",
            "open_for_case",
            "record_consent",
            "withdraw_consent",
        ],
    },
    "CallState": {
        "calls.read": ["follow", "go_to", "load", "search", "show_at", "show_earlier", "show_later"],
    },
    "CallsState": {
        "anybody signed in, clinic": [
            "choose",
            "clear",
            "next_page",
            "open_tab",
            "previous_page",
            "search",
            "sort_by",
        ],
        "calls.read": ["export", "follow", "load"],
    },
    "CaseActsState": {
        "cases.resolve": ["assign", "reopen", "resolve", "say_what_was_done"],
        "today.read": ["load"],
    },
    "EditorState": {
        "agents.edit": [
            "add_person",
            "change",
            "change_person",
            "choose_voice",
            "discard",
            "remove_person",
            "save",
            "save_over",
            "switch_tool",
        ],
        "agents.read": ["follow", "load"],
        "anybody signed in, clinic": ["search_voices"],
    },
    "FirstStepsState": {
        "clinic.edit": ["put_away"],
        "today.read": ["follow_steps", "load_steps"],
    },
    "HandoverState": {
        "today.read": ["follow", "load"],
    },
    "InsightsState": {
        "anybody signed in, clinic": ["choose"],
        "insights.read": ["export", "load"],
    },
    "IsolationState": {
        "platform.isolation": ["acknowledge", "follow", "load", "probe_now"],
    },
    "KeepCallState": {
        "agents.edit": ["keep"],
        "calls.read": ["load"],
    },
    "KeptTestFormState": {
        "agents.edit": [
            "add_expected",
            "choose_kind",
            "keep_conversation",
            "open_form",
            "open_new",
            "remove_expected",
            "remove_test",
            "save_test",
            "type_expected",
            "type_test",
        ],
        "anybody signed in, clinic": ["close_form"],
    },
    "KeptTestsState": {
        "agents.edit": ["run_all", "run_one"],
        "agents.read": ["follow_tests", "load_tests"],
    },
    "NewClinicState": {
        "platform.organizations": ["close", "create", "open_form"],
    },
    "NumbersState": {
        "agents.publish": ["end_trial", "pin", "try_candidate", "wish"],
        "agents.read": ["follow_numbers", "load_numbers"],
    },
    "OrganizationState": {
        "platform.organizations": ["load", "resume", "suspend"],
    },
    "OrganizationsState": {
        "platform.organizations": ["choose", "clear", "load", "next_page", "previous_page", "search"],
    },
    "PhoneState": {
        "agents.edit": ["call_my_phone", "stop_call"],
        "agents.read": ["follow_calls"],
    },
    "PlatformAuditState": {
        "anybody signed in, platform": ["choose", "clear", "newer", "older", "search"],
        "platform.audit": ["export", "load", "verify"],
    },
    "RawEventsState": {
        "calls.read": ["close"],
        "calls.read_raw": ["look", "open"],
    },
    "ReviewState": {
        "agents.edit": ["take_over"],
        "agents.publish": [
            "choose_share",
            "mean_it",
            "open_review",
            "publish",
            "put_ours_back",
            "run_tests_again",
            "stop",
        ],
        "agents.read": ["follow_review"],
        "anybody signed in, clinic": ["close_review"],
    },
    "Screen": {
        "anybody signed in, both": ["dismiss_notice", "show_problem"],
    },
    "SettingsState": {
        "clinic.edit": ["ask_factor", "discard", "edit", "keep_them", "save", "save_and_delete"],
        "team.read": ["follow", "load"],
    },
    "SteeringState": {
        "calls.steer": ["ask_to_end", "end_call", "keep_going", "say_in_call"],
    },
    "TeamState": {
        "team.manage": ["change_role", "invite", "open_invite", "remove", "resend", "withdraw"],
        "team.read": ["ask_to_remove", "close", "follow", "leave", "load"],
    },
    "TodayState": {
        "anybody signed in, clinic": ["open_case"],
        "cases.resolve": ["settle", "take_back"],
        "demo.simulate": ["simulate"],
        "today.read": ["follow", "load"],
    },
    "TryState": {
        "agents.edit": ["send", "start_over", "stop_waiting"],
        "agents.read": ["follow_trial", "load_trial"],
        "anybody signed in, clinic": ["take_up"],
    },
    "VersionsState": {
        "agents.edit": ["restore"],
        "agents.read": ["compare", "follow_versions", "load_versions", "turn"],
    },
}

# Address: method, then what is answered to an empty request, by kind; "*" is everybody else.
_LISTENING = {"*": 404, "anonymous": 401, "removed": 401, "operator": 401, "visitor": 401, "viewer": 403}
ADDRESSES: dict[str, tuple[str, dict[str, int]]] = {
    "/auth/sign-in": ("POST", {"*": 401}),  # nothing typed
    "/healthz": ("GET", {"*": 200}),
    "/metrics": ("GET", {"*": 200}),  # to this machine
    "/readyz": ("GET", {"*": 503}),  # no worker runs here
    "/recordings/audio": ("GET", _LISTENING),
    "/recordings/plays": ("POST", _LISTENING),
    "/sign-in": ("GET", {"*": 303, "anonymous": 200, "removed": 200}),
    "/webhooks/vapi": ("POST", {"*": 401}),  # without a signature
    "/welcome": ("GET", {"*": 303}),
    "/invitation/{token}": ("GET", {"*": 410}),  # one that is over
    "/account": ("GET", {"*": 200, "removed": 303, "anonymous": 303}),
    "/auth/account/address": ("POST", {"*": 401, "anonymous": 303, "removed": 303}),
    "/auth/account/codes": ("POST", {"*": 401, "removed": 303, "anonymous": 303}),
    "/auth/account/factor": ("POST", {"*": 200, "removed": 303, "anonymous": 303}),
    "/auth/account/factor/finish": ("POST", {"*": 401, "anonymous": 303, "removed": 303}),
    "/auth/account/factor/remove": ("POST", {"*": 401, "anonymous": 303, "removed": 303}),
    "/auth/account/name": ("POST", {"*": 401, "removed": 303, "anonymous": 303}),
    "/auth/account/password": ("POST", {"*": 400, "removed": 303, "anonymous": 303}),
    "/auth/forgot-password": ("POST", {"*": 401}),
    "/auth/google": ("GET", {"*": 404}),
    "/auth/google/back": ("GET", {"*": 401}),
    "/auth/sso": ("POST", {"*": 404}),
    "/auth/sso/back": ("GET", {"*": 401}),
    "/sign-in/sso": ("GET", {"*": 404}),
    "/auth/mfa": ("POST", {"*": 303}),
    "/auth/mfa/begin": ("POST", {"*": 303}),
    "/auth/mfa/finish": ("POST", {"*": 303}),
    "/auth/mfa/recovery": ("POST", {"*": 303}),
    "/auth/resend": ("POST", {"*": 401}),
    "/auth/reset-password": ("POST", {"*": 303}),
    "/auth/sign-up": ("POST", {"*": 401}),
    "/auth/verify": ("POST", {"*": 401}),
    "/forgot-password": ("GET", {"*": 200}),
    "/mfa": ("GET", {"*": 303}),
    "/reset-password": ("GET", {"*": 303}),
    "/sign-up": ("GET", {"*": 303, "anonymous": 200, "removed": 200}),
    "/verify": ("GET", {"*": 200}),
    # 409 is an empty wish of somebody who may wish; the others are led away.
    "/auth/clinic": ("POST", {"*": 409, "anonymous": 303, "removed": 303, "operator": 303, "visitor": 303}),
    "/auth/visit": ("POST", {"*": 303, "operator": 409, "visitor": 409}),
    # These end what they are asked about, so they come last.
    "/auth/account/sessions/end": ("POST", {"*": 303}),
    "/auth/account/sessions/others": ("POST", {"*": 303}),
    "/auth/account/sessions/everywhere": ("POST", {"*": 303}),
    "/auth/visit/end": ("POST", {"*": 303}),
    "/auth/sign-out": ("POST", {"*": 303}),
}

# Name: whose work it is. An organization's job runs in its name, the platform's in nobody's.
JOBS: dict[str, str] = {
    "agents.compare": "organization",
    "agents.connect": "organization",
    "agents.find_drift": "platform",
    "agents.publish": "organization",
    "agents.put_back": "organization",
    "audit.anchor": "platform",
    "audit.close": "platform",
    "audit.seal": "platform",
    "audit.walk": "either",
    "calls.clean_recordings": "platform",
    "calls.clean_recordings_of": "organization",
    "calls.copy_recording": "organization",
    "calls.compare": "organization",
    "calls.compare_again": "organization",
    "calls.count_all_figures": "platform",
    "calls.count_figures": "platform",
    "calls.count_figures_of": "organization",
    "calls.delete_at_vendor": "organization",
    "calls.dial": "organization",
    "calls.look_again": "organization",
    "calls.retry_recordings": "platform",
    "calls.watch_lines": "platform",
    "identity.end_visit": "platform",
    "identity.follow_in_token": "platform",
    "identity.mail_invitation": "platform",
    "identity.member_removed": "platform",
    "monitoring.clean_up": "platform",
    "monitoring.probe_isolation": "platform",
    "monitoring.tell_alerts": "platform",
    "monitoring.watch": "platform",
    "trials.answer": "organization",
    "trials.forget": "platform",
    "trials.run_tests": "organization",
    "webhooks.forget_bodies": "platform",
    "webhooks.handle": "organization",
    "webhooks.reconcile": "platform",
}
