"""Staff: people and roles, drafts, review, translation, files, import."""
