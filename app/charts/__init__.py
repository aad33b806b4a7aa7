"""Charts: curves of a run over its steps, and the points of a search between two metrics.

`line_chart` and `scatter_chart` are the widgets and the places to start reading; both are plots
(`plot_view`) that a `PlotFrame` surrounds with axes. What is drawn of a million points is found
by `extremes`. Imports `app.widgets`, `app.services` and `app.state`, and no page.
"""
