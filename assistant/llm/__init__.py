"""Language models: one setting becomes a model that keeps to its time and its tokens. Knows no dialogue, no library and no profile."""
