"""The library: documents become passages that can be found and opened. Knows no dialogue and no wording of answers."""
