"""Exports: a profile or a plan as Markdown or JSON. Knows formats, decides nothing."""
