"""Color: what pixel values mean, and their conversion where the networks need other ones.

`file_signals` collects what a file says about its colors, `signals` decides by it, `conversion`
plans what is kept and what becomes sRGB. May import `containers` and the modules below it, not
`codecs` or `metadata`. Start reading at `conversion.plan_color`.
"""
