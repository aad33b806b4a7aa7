"""Search for the generators that no other beats on a named device, and tuning of recipes.

``devices`` knows how long a network takes on a device, ``algorithms`` choose candidates,
`evaluation` measures them with weights of a supernet, `worker` evaluates them beside other
processes, and `pick` turns one into a model. What was found is read and written by
`engine.runs.candidate_files`, without torch and Optuna. The package may import what lies below it
in ``engine``, and never Qt. Start reading at `run`, then `job`.
"""
