"""Loaders: one file per format, each turns a path into a `Document`."""
