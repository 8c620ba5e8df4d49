"""Measurements of the product. Imports `assistant`; nothing in `assistant` imports this."""
