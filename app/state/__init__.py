"""What the app knows: plain values, and stores that say when they change."""
