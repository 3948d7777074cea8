"""The web pages and the JSON API: `socoder serve` (extra `web`)."""
