"""The one door through which the app enters the engine."""
