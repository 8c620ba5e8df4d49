"""Small forms inside the panels, as HTML: real forms and buttons, whose content `panels.js` hands to the page. Knows no conversation.

A form is named by `key`, under which the browser keeps what is typed until it is taken in; `wish` says what is wanted of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

Choice = tuple[str, str]
"""Value and label."""


def form(wish: str, key: str, inner: str, given: Mapping[str, object] | None = None, kind: str = "") -> str:
    """A form for `wish`; `given` goes along unseen, and what is refused is told at its end."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">'
        for name, value in (given or {}).items()
    )
    return (
        f'<form class="v-form {kind}" data-form="{escape(key)}" data-wish="{wish}" autocomplete="off" novalidate>'
        f'{hidden}{inner}<p class="v-refused" role="alert"></p></form>'
    )


def button(
    key: str, label: str, name: str = "", value: str = "", kind: str = "", about: str = "", sign: str = ""
) -> str:
    """A button that sends its form; `about` tells those who cannot see where it stands what it is about."""
    sent = f' name="{escape(name)}" value="{escape(value)}"' if name else ""
    heard = f' aria-label="{escape(f"{label}: {about}")}"' if about else ""
    shown = f'<span aria-hidden="true">{sign}</span> ' if sign else ""
    return (
        f'<button type="submit" id="{escape(key)}" class="v-button {kind}"{sent}{heard}>{shown}{escape(label)}</button>'
    )


def folded(key: str, label: str, inner: str, about: str = "", stay: bool = False) -> str:
    """Something that opens when it is wanted; it closes when a form in it is taken in, unless it is to `stay`."""
    heard = f' aria-label="{escape(f"{label}: {about}")}"' if about else ""
    return (
        f'<details class="v-edit" data-keep="{escape(key)}"{" data-stay" if stay else ""}><summary id="{escape(key)}-open"{heard}><span>{escape(label)}</span></summary>'
        f"<div>{inner}</div></details>"
    )


def text(
    key: str, name: str, label: str, value: str = "", most: int = 120, hint: str = "", numeric: bool = False
) -> str:
    """One line of text."""
    kind = ' inputmode="numeric"' if numeric else ""
    told = f' aria-describedby="{escape(key)}-hint"' if hint else ""
    below = f'<small id="{escape(key)}-hint">{escape(hint)}</small>' if hint else ""
    return (
        f'<label class="v-field" for="{escape(key)}"><span>{escape(label)}</span>'
        f'<input type="text" id="{escape(key)}" name="{name}" value="{escape(value)}" maxlength="{most}"{kind}{told}>{below}</label>'
    )


def area(key: str, name: str, label: str, value: str = "", most: int = 2000) -> str:
    """Some lines of text."""
    return (
        f'<label class="v-field" for="{escape(key)}"><span>{escape(label)}</span>'
        f'<textarea id="{escape(key)}" name="{name}" rows="2" maxlength="{most}">\n{escape(value)}</textarea></label>'
    )


def select(key: str, name: str, label: str, choices: Iterable[Choice], chosen: str = "") -> str:
    """One of a list."""
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in choices
    )
    return (
        f'<label class="v-field" for="{escape(key)}"><span>{escape(label)}</span>'
        f'<select id="{escape(key)}" name="{escape(name)}">{options}</select></label>'
    )


def radios(key: str, name: str, legend: str, choices: Sequence[Choice], chosen: str = "") -> str:
    """One of a list whose entries are sentences."""
    shown = "".join(
        f'<label for="{escape(key)}-{escape(value)}"><input type="radio" id="{escape(key)}-{escape(value)}" name="{name}" value="{escape(value)}"'
        f"{' checked' if value == chosen else ''}><span>{escape(label)}</span></label>"
        for value, label in choices
    )
    return f'<fieldset class="v-radios"><legend>{escape(legend)}</legend>{shown}</fieldset>'
