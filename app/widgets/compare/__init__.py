"""The before and after viewer's widgets."""
