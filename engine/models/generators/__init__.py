"""Networks that map LR to SR."""
