"""Tables in and out, chunk by chunk: CSV and TSV, XLSX, Parquet, JSON lines."""
