"""Answering: passages that were found become an answer with sources, or an honest no.

Knows no index and no dialogue.
"""
