"""The window: PySide6 and `engine.api`, never torch."""
