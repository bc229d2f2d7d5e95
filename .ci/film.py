#!/usr/bin/env python3
"""Draws the frames that .ci/film takes as one SVG that moves by CSS alone: film.py DIRECTORY >FILE.

A frame is a file: a line with its seconds, scene, key, caption and cursor (column and row), separated by tabs, then
the rows of the terminal as `tmux capture-pane -ep` prints them. A row is cut at the borders of its panes, and each
distinct part is drawn once, however many frames use it. Each run of text has its own place and length, so that the
columns stand in any font. Lines are paths: fonts draw them with gaps.
"""

import itertools
import pathlib
import re
import sys
import unicodedata
from xml.etree import ElementTree
from xml.sax.saxutils import escape

MAX_BYTES = 300_000

# A cell, the margin at the sides, and the room above and below the terminal.
WIDTH, HEIGHT = 6, 12
MARGIN, ABOVE, BELOW = 12, 30, 32

# The sixteen colours of the terminal, for black.
PALETTE = "#000 #f66 #5d5 #e5c04a #69f #e8e #4cc #e5e5e5 #888 #f88 #8f8 #fd6 #9bf #faf #7ff #fff".split()
FOREGROUND, BACKGROUND = 7, 0
ATTRIBUTES = {1: "b", 2: "d", 3: "i", 4: "u"}

STYLE = """
svg { font: 10px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace }
text { fill: #e5e5e5 }
path { fill: none; stroke: #e5e5e5 }
rect { shape-rendering: crispEdges }
.b { font-weight: bold } .d { opacity: .65 } .i { font-style: italic } .u { text-decoration: underline }
.scene, .caption { font: 11.5px system-ui, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif }
.scene { fill: #999 } .now { fill: #fff; font-weight: bold } .key { shape-rendering: auto; fill: #333; stroke: #777 }
.frame { visibility: hidden }
"""

LINES = {
    "│": "M{3} 0v12",
    "╭": "M{6} 6q-3 0-3 3v3",
    "╮": "M{0} 6q3 0 3 3v3",
    "╰": "M{3} 0v3q0 3 3 3",
    "╯": "M{3} 0v3q0 3-3 3",
}
BORDER = re.compile("(?<=[│╮╯])(?=[│╭╰])")
# Words with single spaces between them. A sign that a font may lack stands alone.
RUN = re.compile(r"(?P<lines>[─│╭╮╰╯]+)|(?:[!-~]|\w)(?: ?(?:[!-~]|\w))*|\S")


def cells(row):
    """Each character of a row with its (foreground, background, attributes)."""
    colours, attributes, reverse = [FOREGROUND, BACKGROUND], set(), False
    for at, part in enumerate(re.split(r"\x1b\[([0-9;]*)m", row)):
        if at % 2 == 0:
            foreground, background = reversed(colours) if reverse else colours
            for character in part:
                assert unicodedata.east_asian_width(character) not in "WF", f"{character} has two columns"
                yield character, (foreground, background, " ".join(sorted(attributes)))
            continue
        codes = (int(code or 0) for code in part.split(";"))
        for code in codes:
            if code == 0:
                colours, attributes, reverse = [FOREGROUND, BACKGROUND], set(), False
            elif code in ATTRIBUTES:
                attributes.add(ATTRIBUTES[code])
            elif code == 22:
                attributes -= {"b", "d"}
            elif code in (23, 24):
                attributes.discard(ATTRIBUTES[code - 20])
            elif code in (7, 27):
                reverse = code == 7
            elif code in (38, 48):
                assert next(codes) == 5, "a colour that no palette has"
                colours[code == 48] = next(codes)
            elif code == 39:
                colours[0] = FOREGROUND
            elif code == 49:
                colours[1] = BACKGROUND
            elif 30 <= code <= 47:
                colours[code >= 40] = code % 10
            else:
                assert 90 <= code <= 107, f"unknown attribute {code}"
                colours[code >= 100] = code % 10 + 8


def element(tag, content=None, **attributes):
    pairs = "".join(f' {name.rstrip("_")}="{value}"' for name, value in attributes.items() if value not in (None, ""))
    return f"<{tag}{pairs}/>" if content is None else f"<{tag}{pairs}>{content}</{tag}>"


def letters(x, y, text, **attributes):
    """Text in as many columns as it has characters."""
    length = WIDTH * len(text) if len(text) > 1 else None
    return element("text", escape(text), x=x, y=y, textLength=length, **attributes)


def line(x, text):
    """The path of box-drawing characters; neighbours of one kind are one line."""
    path = ""
    for letter, group in itertools.groupby(text):
        count = len(list(group))
        if letter == "─":
            path += f"M{x} 6h{WIDTH * count}"
        else:
            for at in range(count):
                path += re.sub(r"{(\d)}", lambda inside: str(x + WIDTH * at + int(inside[1])), LINES[letter])
        x += WIDTH * count
    return path


def draw(part):
    """A part of a row, from its own first column on."""
    shapes, x = [], 0
    for background, group in itertools.groupby(part, lambda cell: cell[1][1]):
        width = WIDTH * len(list(group))
        if background != BACKGROUND:
            shapes.append(element("rect", x=x, width=width, height=HEIGHT, fill=PALETTE[background]))
        x += width
    x = 0
    for (colour, _, attributes), group in itertools.groupby(part, lambda cell: cell[1]):
        text = "".join(letter for letter, _ in group)
        coloured = f"c{colour} " if colour != FOREGROUND else ""
        for run in RUN.finditer(text):
            at = x + WIDTH * run.start()
            if run["lines"]:
                shapes.append(element("path", d=line(at, run[0]), class_=coloured.replace("c", "l").strip()))
            else:
                shapes.append(letters(at, 9, run[0], class_=(coloured + attributes).strip()))
        x += WIDTH * len(text)
    return "".join(shapes)


def frames(directory):
    """(seconds, head, rows), equal neighbours as one."""
    shots = []
    for file in sorted(pathlib.Path(directory).iterdir()):
        head, *rows = file.read_text().rstrip("\n").split("\n")
        seconds, *head = head.split("\t")
        if shots and shots[-1][1:] == (head, rows):
            seconds = float(seconds) + shots.pop()[0]
        shots.append((float(seconds), head, rows))
    return shots


def titles(scenes, now):
    """The scenes above the terminal, the present one marked."""
    places = itertools.accumulate((7 * len(scene) + 22 for scene in scenes), initial=0)
    return "".join(
        element("text", scene, x=x, y=-13, class_="scene now" if scene == now else "scene")
        for x, scene in zip(places, scenes)
    )


def film(shots):
    total = sum(seconds for seconds, _, _ in shots)
    scenes = list(dict.fromkeys(scene for _, (scene, *_), _ in shots))
    height = HEIGHT * max(len(rows) for _, _, rows in shots)
    parts, pictures, moves, widest, begin = {}, [], "", 0, 0.0

    for number, (seconds, (scene, key, caption, cursor), rows) in enumerate(shots):
        shapes = []
        for y, row in enumerate(rows):
            row = list(cells(row))
            widest = max(widest, WIDTH * len(row))
            cuts = [found.start() for found in BORDER.finditer("".join(letter for letter, _ in row))]
            for first, end in itertools.pairwise([0, *cuts, len(row)]):
                if drawn := draw(row[first:end]):
                    name = parts.setdefault(drawn, f"p{len(parts)}")
                    shapes.append(element("use", href=f"#{name}", x=WIDTH * first or "", y=HEIGHT * y or ""))
        if cursor:
            x, y = map(int, cursor.split())
            shapes.append(element("rect", x=WIDTH * x, y=HEIGHT * y, width=WIDTH, height=HEIGHT, class_="d", fill="#fff"))
        shapes.append(element("use", href=f"#s{scenes.index(scene)}"))
        x = 0
        if key:
            shapes.append(element("rect", y=height + 9, width=WIDTH * len(key) + 12, height=16, rx=3, class_="key"))
            shapes.append(letters(6, height + 20.5, key))
            x = WIDTH * len(key) + 22
        shapes.append(element("text", escape(caption), x=x, y=height + 21, class_="caption"))
        pictures.append(element("g", "".join(shapes), id=f"f{number}", class_="frame"))

        end = begin + seconds
        steps = {0: "hidden", begin: "visible"} | ({end: "hidden"} if number + 1 < len(shots) else {})
        moments = "".join(f"{100 * at / total:.5g}%{{visibility:{what}}}" for at, what in steps.items())
        moves += f"@keyframes f{number}{{{moments}}}#f{number}{{animation-name:f{number}}}\n"
        begin = end

    still = max(range(len(shots)), key=lambda number: shots[number][0])
    style = STYLE + f"#f{still} {{ visibility: visible }}\n"
    for number, colour in enumerate(PALETTE):
        style += f".c{number} {{ fill: {colour} }} .l{number} {{ stroke: {colour} }}\n"
    style += f"@media (prefers-reduced-motion: no-preference) {{\n.frame {{ animation: {total:g}s step-end infinite }}\n"
    style += moves + "}\n"

    definitions = [element("g", titles(scenes, now), id=f"s{number}") for number, now in enumerate(scenes)]
    definitions += [element("g", drawn, id=name) for drawn, name in parts.items()]

    size = (widest + 2 * MARGIN, height + ABOVE + BELOW)
    window = element("rect", x=0.5, y=0.5, width=size[0] - 1, height=size[1] - 1, rx=8, fill="#1c1c1c", stroke="#555")
    screen = element("rect", x=1, y=ABOVE - 4, width=size[0] - 2, height=height + 8, fill="#000")
    inside = element("g", "\n".join(pictures), transform=f"translate({MARGIN} {ABOVE})")
    body = "\n".join(["", element("style", escape(style)), element("defs", "\n".join(definitions)), window, screen, inside, ""])
    return element("svg", body, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {size[0]} {size[1]}",
                   width=size[0] * 3 // 2, height=size[1] * 3 // 2)  # fmt: skip


def main(directory):
    shots = frames(directory)
    drawn = film(shots)
    ElementTree.fromstring(drawn)
    seconds, size = sum(seconds for seconds, _, _ in shots), len(drawn.encode())
    print(f"{len(shots)} frames, {seconds:g} s, {size} bytes", file=sys.stderr)
    assert 55 <= seconds <= 65 and size <= MAX_BYTES, "a film of a minute, in at most 300 kB"
    print(drawn)


main(sys.argv[1])
