"""`inspect eval evals/tasks/answers.py --model none/none`: the eval answers as a task of Inspect; `-T part=tune` for the other part."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # Inspect loads this file by its path

from inspect_ai import Task, task

from evals.inspecting import Part, inspected


@task
def answers(part: Part = "measure") -> Task:
    """See evals/answers.py."""
    return inspected("answers", part)
