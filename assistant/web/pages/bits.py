"""Small parts that the page is made of. Knows components and markup; knows no conversation."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.web.pages import told
from assistant.web.words import Words


def html(value: str = "") -> Any:
    """HTML that only stands there."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False)


def panel(value: str = "") -> Any:
    """HTML whose forms send wishes."""
    return gr.HTML(value, js_on_load=told.ON_WISH, apply_default_css=False)


def warning(sentence: str) -> str:
    """A sentence that a screen reader says at once."""
    return f'<span class="v-warning" role="alert">{sentence}</span>'


def again(words: Words) -> str:
    """The button that loads the page again or sends again."""
    return f' <button type="button" class="v-again">{words.html("again")}</button>'
