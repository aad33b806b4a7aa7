"""Networks of the catalog, made ready to enlarge crops.

`selection.py` decides which networks run, in what precision and on what; `loading.py` opens
them and puts them together. Everything that enlarges is an `Upscaler` (`upscaler.py`): a network
with its fallbacks (`network_upscaler.py`), a blend of two (`blend.py`), one that is corrected by
back-projection (`back_projection.py`). `session.py` is the only module of the engine that touches
ONNX Runtime. Imports the cards of `engine.catalog`, never photos. Start reading at `selection.py`.
"""
