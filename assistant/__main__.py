"""`python -m assistant`: the same as the command `vejviser`."""

from assistant.cli import main

main()
