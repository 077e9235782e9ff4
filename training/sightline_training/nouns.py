"""The nouns the model knows: name, plural, kind, other names. In: nouns.tsv. Out: `NOUNS` and class numbers."""

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent.parent / "nouns.tsv"
VOWELS = "aeiou"
CONSONANT_SOUND = ("unicorn", "ufo")  # vowels that are spoken as "yu"


@dataclass(frozen=True)
class Noun:
    """One thing that can be named."""

    name: str
    plural: str
    kind: str
    also: tuple[str, ...] = ()


def article(name: str) -> str:
    """'a' or 'an' by the first letter, with the two exceptions in the table."""
    return "an" if name[0] in VOWELS and not name.startswith(CONSONANT_SOUND) else "a"


def load_nouns(path: Path = TABLE) -> tuple[Noun, ...]:
    """Reads the table of nouns."""
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return tuple(Noun(row[0], row[1], row[2], tuple(a for a in (row[4] if len(row) > 4 else "").split(",") if a)) for row in rows)


SHAPES = (
    Noun("circle", "circles", "shape"),
    Noun("square", "squares", "shape"),
    Noun("triangle", "triangles", "shape"),
    Noun("rectangle", "rectangles", "shape"),
    Noun("oval", "ovals", "shape", ("ellipse",)),
    Noun("pentagon", "pentagons", "shape"),
    Noun("hexagon", "hexagons", "shape"),
    Noun("star", "stars", "shape"),
    Noun("heart", "hearts", "shape"),
    Noun("cross", "crosses", "shape", ("plus",)),
    Noun("arrow", "arrows", "shape"),
    Noun("rhombus", "rhombuses", "shape"),
)
SIGN = Noun("sign", "signs", "sign")
NOUNS = load_nouns()
THINGS = NOUNS + SHAPES + (SIGN,)  # class number = index
SHAPE_START = len(NOUNS)
SIGN_CLASS = len(THINGS) - 1
KINDS = ("animal", "food", "plant", "vehicle", "building", "clothing", "tool", "shape")
KIND_PLURAL = {
    "animal": "animals", "food": "foods", "plant": "plants", "vehicle": "vehicles", "building": "buildings",
    "clothing": "clothes", "tool": "tools", "shape": "shapes",
}  # fmt: skip
