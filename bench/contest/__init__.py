"""Contestants of `vejviser bench peers`: each in a process of its own, all with the same embedding model."""
