"""Recipes: one YAML file is one run, read into strict structs."""
