"""Pages without Reflex, for people who are at the door: plain HTML, which works without a script."""

from html import escape

from voxanne_app.ui.theme import SIGN_IN_STYLES, asset, style

_BARS = ((1, 2, 7), (4.85, 4.5, 9), (8.7, 7, 11), (12.55, 4.5, 9), (16.4, 2, 7))
_LOGO = (
    '<svg class="logo" viewBox="0 0 20 20" aria-hidden="true" fill="currentColor">'
    + "".join(f'<rect x="{x}" y="{y}" width="2.6" height="{height}" rx="1.3"/>' for x, y, height in _BARS)
    + "</svg>"
)


def callout(sentence: str, kind: str, attributes: str) -> str:
    """A framed sentence; nothing when there is none. `kind` is "", "bad" or "waits"."""
    if not sentence:
        return ""
    return f'<p class="callout {kind}"{attributes}>{escape(sentence)}</p>\n'


def page(title: str, content: str, *, is_wide: bool = False, head: str = "") -> str:
    """A whole page: one card on the canvas. `content` is HTML, in which whatever people wrote is escaped;
    `head` is more of what stands in the head."""
    styles = "\n".join(f'<link rel="stylesheet" href="{style(name)}">' for name in SIGN_IN_STYLES)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Voxanne</title>
{styles}
<link rel="icon" href="{asset("/logo.svg")}" type="image/svg+xml">
<script src="{asset("/voxanne.js")}"></script>
{head}</head>
<body>
<div class="door{" wide" if is_wide else ""}"><main>
<p class="brand">{_LOGO} Voxanne</p>
{content}
</main></div>
</body>
</html>
"""
