"""The blind test: which of several networks an eye prefers, and how sure that is.

Nothing here shows or enlarges a picture: `schedule` chooses the pairs, `judgments` keeps the
answers in files, `davidson` fits strengths to them, and `ranking` and `report` say what follows.
May import ``config``, ``core`` and ``metrics``; never torch and never Qt. Start with `report`.
"""
