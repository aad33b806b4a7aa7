"""Experiments that compare: training methods and loops, export targets, a browser with the desktop.

It lies below `cli` alone and may import everything else of the engine. Start reading at
`method_comparison.py`, and for exports at `export_matrix.py`. `chromium` drives the browser, in
tests too.
"""
