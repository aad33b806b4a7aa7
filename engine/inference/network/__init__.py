"""Networks of the catalog, made ready to enlarge crops.

`selection.py` decides which network runs, in what precision and on what; `dial.py` knows the
points of a dial and mixes its files; `loading.py` opens what was planned. Everything that enlarges
is an `Upscaler` (`upscaler.py`): a network with its fallbacks (`network_upscaler.py`), and one that
is corrected by back-projection (`back_projection.py`). `session.py` is the only module of the
engine that touches ONNX Runtime. Imports the cards of `engine.catalog`, never photos. Start reading
at `selection.py`.
"""
