"""Tools for development: pictures of every page and state, and measurements of the window.

`screenshots` draws the documentation's pictures, `bench` and `bench_parts` measure start, drawing
and stalls. May import all of `app`; nothing imports it but the option ``--screenshots``.
"""
