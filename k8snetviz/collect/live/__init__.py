"""A live cluster -> Snapshot: lists asked of the API server, page by page, through the decoder that reads files."""
