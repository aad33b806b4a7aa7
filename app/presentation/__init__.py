"""Showing results to an audience: full screen, large labels, a divider that moves by itself.

`presentation_view` is all of it; which photos it shows, and what keys do, is decided by
`app.photos.presentation_controller`, which knows the queue and the open photo. Imports
`app.widgets`, `app.services` and `app.state`, and no other feature.
"""
