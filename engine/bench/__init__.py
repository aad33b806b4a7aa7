"""Experiments that compare: training methods, training loops, a browser with the desktop.

It lies below `cli` alone and may import everything else of the engine. Start reading at
`method_comparison.py`. `chromium` drives the browser, in tests too.
"""
