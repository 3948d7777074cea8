"""What the rules are built of: the case they pass on, cues in the text, and the longer rules."""
