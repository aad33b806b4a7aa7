"""The catalog of models: cards, which describe networks, and the folders that they are in.

Start with `card.py`, the schema of a card. `card_file.py` reads and writes cards, `model_file.py`
compares ONNX files with them. `catalog.py` lists the cards of all folders and finds models by id
or scale; `aliases.py` knows what replaced models of earlier versions; `installing.py` puts a model
into a folder so that a crash never leaves half of it.
May import ``imaging``, ``metrics``, ``config`` and ``core``; never torch or ``onnx``, because the
catalog is read on every start.
"""
