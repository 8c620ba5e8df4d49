"""Writes docs/schemas/<export>.schema.json from assistant/exports/schemas.py, and that of scripts. Run: python docs/schemas.py"""

from __future__ import annotations

import json
from pathlib import Path

from assistant import linting
from assistant.exports.schemas import SHAPES, schema

FOLDER = Path(__file__).parent / "schemas"


def main() -> None:
    """Writes all schemas anew."""
    FOLDER.mkdir(exist_ok=True)
    shapes = {name: schema(name) for name in SHAPES} | {"script": linting.schema()}
    for name, shape in shapes.items():
        path = FOLDER / f"{name}.schema.json"
        path.write_text(json.dumps(shape, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print(f"docs/schemas/{path.name}")


if __name__ == "__main__":
    main()
