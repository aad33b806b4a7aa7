"""Networks that tell SR from HR."""
