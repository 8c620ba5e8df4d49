"""The adviser's pages: plain HTML from templates, behind a login. Shows what companies share; decides nothing."""
