"""`inspect eval evals/tasks/safety.py --model none/none`: the eval safety as a task of Inspect; `-T part=tune` for the other part."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # Inspect loads this file by its path

from inspect_ai import Task, task

from evals.inspecting import Part, inspected


@task
def safety(part: Part = "measure") -> Task:
    """See evals/safety.py."""
    return inspected("safety", part)
