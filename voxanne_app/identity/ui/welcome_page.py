"""Setting up a clinic: one page of plain HTML, kept as it is typed, done in five minutes."""

from collections.abc import Mapping
from html import escape

from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.identity.ui.plain_page import callout, page
from voxanne_app.identity.ui.settings_view import zones
from voxanne_app.identity.ui.welcome_form import LENGTHS, USUAL, WEEKDAYS

_WRONG = "Something is missing or cannot be meant: see below. What you typed is kept."


def form(
    email: str, answers: Mapping[str, str], *, problems: Mapping[str, str] | None = None, notice: str = ""
) -> str:
    """`answers` as kept so far; what is usual stands where nothing was typed."""
    wrong = problems or {}
    given = answers or USUAL
    return page(
        "Set up your clinic",
        f"""<h1>Set up your clinic</h1>
<p class="dim">You are signed in as {escape(email)}. This takes five minutes; everything can be changed later.
If your clinic is here already, ask its owner to invite you instead.</p>
{callout(_WRONG if wrong else "", "bad", ' role="alert"')}{callout(notice, "", ' role="status"')}
<form method="post" action="/welcome">
{_clinic(given, wrong)}
{_first(given, wrong)}
<div class="row"><button class="button primary" name="act" value="make">Make the clinic</button>
<button class="button outline" name="act" value="keep" formnovalidate>Keep this for later</button></div>
</form>
<form method="post" action="/auth/sign-out"><button class="link">Sign out</button></form>""",
        is_wide=True,
    )


def _clinic(given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    zone_list = "".join(f'<option value="{zone}">' for zone in zones())
    return f"""<fieldset><legend>The clinic</legend>
{_text("name", "Name", given, wrong, 'autocomplete="organization" maxlength="120"')}
{_text("phone", "Phone, if you like", given, wrong, 'type="tel" autocomplete="tel" maxlength="40"')}
{_text("time_zone", "Time zone", given, wrong, 'list="zones" autocomplete="off" data-guess-zone')}
<datalist id="zones">{zone_list}</datalist>
{_choice("kind", "Kind of clinic", {key: one.name for key, one in TEMPLATES.items()}, given, wrong)}
</fieldset>
<fieldset><legend>Opening hours</legend>
<div class="days">{"".join(_day(number, name, given) for number, name in enumerate(WEEKDAYS))}</div>
<div class="pair">{_text("opens", "From", given, wrong, 'type="time"')}
{_text("closes", "Until", given, {}, 'type="time"')}</div>
</fieldset>
"""


def _first(given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    return f"""<fieldset><legend>The first thing to book</legend>
<div class="pair">{_text("service", "Service", given, wrong, 'placeholder="Check-up" maxlength="120"')}
{_choice("minutes", "Length", {length: f"{length} minutes" for length in LENGTHS}, given, wrong)}</div>
{_text("practitioner", "With whom", given, wrong, 'placeholder="Dr. Amari" maxlength="120"')}
</fieldset>
<fieldset><legend>Your receptionist</legend>
{_text("agent", "Its name, for your team", given, wrong, 'maxlength="120"')}
<p class="explains dim">It starts with words that suit your kind of clinic, and answers nobody before you have
read them and published it.</p>
</fieldset>
"""


def _text(name: str, label: str, given: Mapping[str, str], wrong: Mapping[str, str], attributes: str) -> str:
    invalid = f' aria-invalid="true" aria-describedby="{name}-problem"' if name in wrong else ""
    kind = "" if "type=" in attributes else ' type="text"'
    return f"""<div class="labelled"><label for="{name}">{label}</label><div class="field">
<input id="{name}" name="{name}"{kind} value="{escape(given.get(name, ""))}" {attributes}{invalid}></div>
{_problem(name, wrong)}</div>"""


def _choice(
    name: str, label: str, options: Mapping[str, str], given: Mapping[str, str], wrong: Mapping[str, str]
) -> str:
    chosen = given.get(name, USUAL.get(name, ""))
    listed = "".join(
        f'<option value="{key}"{" selected" if key == chosen else ""}>{escape(word)}</option>'
        for key, word in options.items()
    )
    return f"""<div class="labelled"><label for="{name}">{label}</label><div class="field">
<select id="{name}" name="{name}">{listed}</select></div>{_problem(name, wrong)}</div>"""


def _day(number: int, name: str, given: Mapping[str, str]) -> str:
    checked = " checked" if f"day{number}" in given else ""
    return f'<label><input type="checkbox" name="day{number}"{checked}> {name}</label>'


def _problem(name: str, wrong: Mapping[str, str]) -> str:
    if name not in wrong:
        return ""
    return f'<span class="problem" id="{name}-problem" role="alert">{escape(wrong[name])}</span>'
