"""The queue below the viewer: photos that wait, run and are done.

`queue_controller` is what the window asks, and the place to start reading; adding
(`queue_adder`, `photo_search`), estimates (`queue_forecasts`), running (`queue_runner`,
`running_reports`) and saving (`queue_saver`, `queue_file`, `queue_notes`) each have a file.
`queue_panel` shows the rows of `queue_model`, which `queue_delegate` paints. The items themselves
are in `app.state.queue_store`. Imports `app.widgets`, `app.services` and `app.state`, and no
other page.
"""
