"""Makes a page from a bundle that enlarges photos in a browser, where nothing is installed.

    bundle ─► source (networks, tiles) ─┐
    ONNX Runtime Web ─► runtime_package ┼─► page ─► demo (a folder, or one HTML file)
    page/*.html, *.css, *.js ───────────┘

`page/` holds the page itself: plain HTML, CSS and JavaScript without a framework. `serve` lies in
every folder and shows it with the headers that threads need. It may import what `bundle` may.
Start reading at `demo`, and for the page at `page/demo.js`.
"""
