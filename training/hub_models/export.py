"""Writes the tiny models. In: nothing but seeds. Out: test/hub/models/<family>/. Run in training/: python -m hub_models.export [folder] [family]"""

import sys
from pathlib import Path

from .families import FAMILIES, shrink

HERE = Path(__file__).resolve().parents[2] / "test/hub/models"


def main(target: Path, only: str | None) -> None:
    for name, build in FAMILIES.items():
        if only in (None, name):
            folder = target / name
            folder.mkdir(parents=True, exist_ok=True)
            build(folder)
            shrink(folder)
            size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
            print(f"{name}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE, sys.argv[2] if len(sys.argv) > 2 else None)
