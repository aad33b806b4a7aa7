"""Decodes picture files into rasters, and encodes rasters into picture files.

Reading: `sniff` finds the format, `loading` opens the file lazily with all that it says,
`decode` copies the pixels upright into rasters. Writing: `encode`. Both run in bounded memory
through libvips where the format allows; `whole_decoders` has the formats where it does not.
May import all other rooms of `engine.imaging`. Start reading at `decode.open_photo`.
"""
