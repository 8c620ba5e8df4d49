"""Pages: each module is one page or one part of a page."""
