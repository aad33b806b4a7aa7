"""Looking at a photo before and after."""
