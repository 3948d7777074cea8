"""What reading is built of: decoding bytes, mark-up, documents, and lines that name a job."""
