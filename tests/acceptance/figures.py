"""Figures that tests measure on their way, for docs/benchmarks.md. With SLUICE_FIGURES=FILE each test notes its own there;
`figures.py FILE DOCUMENT` puts them between the document's marks."""
import json
import os
import sys
from pathlib import Path

MARKS = ("<!-- resilience: written by tests/acceptance/figures.py -->", "<!-- end of resilience -->")


def note(story, **figures):
    if path := os.environ.get("SLUICE_FIGURES"):
        with open(path, "a") as file:
            file.write(json.dumps({"story": story, **figures}) + "\n")


def read(lines):
    stories = {}
    for line in map(json.loads, lines):  # of a test's runs the last one counts
        stories.setdefault(line.pop("story"), {}).update(line)
    return stories


def words(name):
    return name.replace("_", " ")


def table(head, rows):
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows])


def tables(stories):
    """What is measured alike has columns; the rest says what it measured."""
    alike = {}
    for story, figures in stories.items():
        alike.setdefault(tuple(figures), []).append(story)
    by_columns = {names: group for names, group in alike.items() if len(group) > 2}
    for names, group in by_columns.items():
        yield table(["what happens", *map(words, names)], ([story, *stories[story].values()] for story in group))
    others = {story: figures for story, figures in stories.items() if tuple(figures) not in by_columns}
    rows = ([story, "; ".join(f"{words(name)} {value}" for name, value in figures.items())] for story, figures in others.items())
    yield table(["what happens", "what clients see"], rows)


def main(figures, document):
    document = Path(document)
    before, rest = document.read_text().split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    text = "\n\n".join(tables(read(Path(figures).read_text().splitlines())))
    document.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main(*sys.argv[1:])
