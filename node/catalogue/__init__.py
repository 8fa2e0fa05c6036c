"""What readers do: search, record pages, revisions, organisations, and "is this genuine?"."""
