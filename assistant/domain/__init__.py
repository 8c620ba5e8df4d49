"""The domain: maturity model, acts, profile, dialogue and plan. Pure: no I/O, no vendor, no clock."""
