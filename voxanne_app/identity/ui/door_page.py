"""Fields, buttons and links of the plain pages before the door."""

from html import escape

from voxanne_app.identity.ui.plain_page import callout


def field(
    name: str, label: str, *, hint: str = "", focus: bool = False, wrong: bool = False, **attributes: str
) -> str:
    """A labelled field that must be filled in. `wrong` marks it as what the problem is about; `attributes`
    are those of its input: type, value, autocomplete …"""
    told = " ".join(filter(None, ("problem" if wrong else "", f"{name}-hint" if hint else "")))
    given = {"type": "text", "maxlength": "1000", "autocomplete": "off", **attributes}
    if told:
        given["aria-describedby"] = told
    if wrong:
        given["aria-invalid"] = "true"
    written = " ".join(f'{attribute}="{escape(value)}"' for attribute, value in given.items() if value)
    explained = f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    return (
        f'<div class="labelled"><label for="{name}">{escape(label)}</label><div class="field">'
        f'<input id="{name}" name="{name}" {written} required{" autofocus" if focus else ""}></div>'
        f"{explained}</div>"
    )


def password_field(
    name: str, label: str, *, known: bool = False, hint: str = "", focus: bool = False, wrong: bool = False
) -> str:
    """`known`: the one they have already."""
    complete = "current-password" if known else "new-password"
    return field(name, label, type="password", autocomplete=complete, hint=hint, focus=focus, wrong=wrong)


def email_field(email: str = "", *, focus: bool = False, wrong: bool = False) -> str:
    return field(
        "email", "E-mail address", type="email", value=email, autocomplete="username", maxlength="254",
        autocapitalize="none", spellcheck="false", focus=focus, wrong=wrong,
    )  # fmt: skip


def hidden(**values: str) -> str:
    return "".join(f'<input type="hidden" name="{n}" value="{escape(v)}">' for n, v in values.items())


def button(words: str, *, kind: str = "primary") -> str:
    return f'<button class="button {kind}" type="submit">{escape(words)}</button>'


def ways(*links: tuple[str, str]) -> str:
    """Where else one may go from here: address and words."""
    listed = "".join(f'<a href="{escape(href)}">{escape(words)}</a>' for href, words in links)
    return f'<p class="ways">{listed}</p>'


def problem_and_notice(problem: str, notice: str = "") -> str:
    return callout(problem, "bad", ' id="problem" role="alert"') + callout(notice, "", ' role="status"')


def sign_out_form(words: str = "Sign out") -> str:
    return f'<form method="post" action="/auth/sign-out">{button(words, kind="outline")}</form>'
