"""From files, archives, pages or memory to a Snapshot: input -> Batch -> struct -> column -> table."""
