"""What splitting is built of: lines, sections, passages, duties, time shares and requirements."""
