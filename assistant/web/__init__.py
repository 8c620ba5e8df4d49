"""The web page: shows conversations and hands clicks and words to the session. Decides nothing."""
