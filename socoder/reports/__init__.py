"""Reports on coded positions: where the work is, which roles have no code, and a title map."""
