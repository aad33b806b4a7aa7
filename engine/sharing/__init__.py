"""Before and after of a photo as something to hand on: a picture, an animation, one web page.

`comparison.py` is what is handed on; `composing.py` draws it as pixels, `files.py` writes pictures
and animations, `web_page.py` the page. May import ``core``; works on arrays, without Qt and torch.
"""
