"""The page of trainings: the list of runs, their charts and pictures, and the form of a new one.

A run is a process of its own that outlives the window, and its folder is all that is known of it:
the page reads folders on worker threads and shows what it read. May import `app.charts`,
`app.window` and what is below them, and no other page. Start reading at `training_page`.
"""
