"""What the pages share without widgets: the engine, background work, files, other windows.

`engine_service` is what the app can do with the engine, and the place to start reading;
`task_runner` runs such work off the window's thread; `pictures` has photos and results as the
viewer reads them. Imports `app.state` and `engine.api`; never QtWidgets, no page and no widget.
"""
