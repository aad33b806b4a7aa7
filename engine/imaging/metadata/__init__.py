"""EXIF, XMP, IPTC and texts: read from photos, corrected, and written into results.

`reading` collects what a file says, `selection` chooses and corrects what a result of a given
format gets, `writing` puts it into the file past libvips. `notes` has every sentence on what is
left out. May import `containers` and the modules below it, not `codecs` or `color`. Start
reading at `selection.select_metadata`.
"""
