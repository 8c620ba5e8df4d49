"""Benchmarks: every figure a ratio of two things timed in one run. Imports `assistant`; nothing in `assistant` imports this."""
