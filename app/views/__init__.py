"""Windows, dialogs and panels."""
