"""Reading: one utterance becomes proposed acts. Knows words, not dialogues; what it proposes is checked by `guard`."""
