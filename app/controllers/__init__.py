"""Turns what people ask for into work and into changes of the stores."""
