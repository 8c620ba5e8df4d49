"""`inspect eval evals/tasks/reading.py --model none/none`: the eval reading as a task of Inspect; `-T part=tune` for the other part."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # Inspect loads this file by its path

from inspect_ai import Task, task

from evals.inspecting import Part, inspected


@task
def reading(part: Part = "measure") -> Task:
    """See evals/reading.py."""
    return inspected("reading", part)
