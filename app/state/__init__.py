"""What the app knows: settings, the queue, the choice of an enlargement, the look.

Plain values, stores that signal their changes, and the reading and writing of the app's own files
(`state_files`, `state_writer`). `processing` and `queue_store` are the places to start reading.
Everything above may import it; it imports `engine.api` and QtCore alone.
"""
