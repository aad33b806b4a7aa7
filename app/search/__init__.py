"""The page of searches: the front of candidates, and what each of them makes of a photo.

`search_page` puts the parts together: `search_list` names the searches, `search_controller` reads
the one that is shown, `front_view` draws its candidates, `comparison_controller` enlarges a photo
with the chosen ones for the viewer, `candidate_panel` says what a candidate is, and
`candidate_actions` and `search_starter` do things with candidates and searches. The page works
from folders alone: torch and Optuna run in processes of their own. May import what lies below the
pages, no other page, and of the engine `engine.api`. Start reading at `search_page.py`.
"""
