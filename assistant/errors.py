"""The error family: one class for each way of reacting. Only `cli` and `web` turn them into words for a person.

VejviserError
├── UserError         a person can mend it: bad file, bad setting, no index (exit 3)
│   ├── ContentError  a file under knowledge/ or prompts/ is missing, malformed or inconsistent
│   └── StoreError    the data folder or database cannot be read or written
├── ModelError        the language model gave nothing that can be used: the rules serve the turn
├── Conflict          somebody else wrote the same turn first: read again and retry
├── Stopping          the program is being stopped and takes no turn any more: all is as before
└── Stopped           the person stopped a turn before it was written: all is as before

A message says what, where and what to do, in one sentence.
"""

from __future__ import annotations


class VejviserError(Exception):
    """Anything Vejviser raises on purpose."""


class UserError(VejviserError):
    """Something the user can mend; the message says what, where and how."""


class ContentError(UserError):
    """A content file is missing, malformed or refers to something that does not exist."""


class StoreError(UserError):
    """Conversations or the library cannot be read or written."""


class Conflict(VejviserError):
    """The turn number was taken by another tab or process; nothing was written."""


class Stopped(VejviserError):
    """The person stopped the turn; nothing was written."""


class Stopping(VejviserError):
    """The program is being stopped; the turn was not begun."""


class ModelError(VejviserError):
    """The language model gave no answer that can be used; the rules serve the turn, and the person sees no error."""
