"""Search spaces as data: which networks there are, how they are named, changed and counted.

A recipe names the choices (`engine.config.spaces`). A candidate is one network of a space, in its
canonical form; `space.Space` draws, mutates and crosses candidates, and `layers` describes a
candidate's layers, from which its cost follows without building it. The package imports
`engine.core`, `engine.config` and NumPy; supernets, the search and device profiles build on it.
Start with `space`, then `mfanet`, the space of the supernet; `build` makes a space of a recipe.
"""
