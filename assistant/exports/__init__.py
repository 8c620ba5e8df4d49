"""Exports: papers as Markdown, Word, PDF and JSON. Knows formats, decides nothing."""
