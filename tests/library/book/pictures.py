"""What is drawn in a picture, for the tests of pictures."""

from xml.etree import ElementTree


def parts(picture):
    """Return the squares and the texts of a picture, in their order."""
    root = ElementTree.fromstring(picture.svg)
    return [(part.tag.split("}")[1], part) for part in root]


def names(picture):
    """Return the names and signs of a picture, without their scripts."""
    texts = [
        part for tag, part in parts(picture) if tag == "text" and len(part)
    ]
    return ["".join(part.itertext()) for part in texts]


def matrices(picture):
    """Return each matrix drawn, by rows, with the fills of its entries."""
    found, place = [], None
    for tag, part in parts(picture):
        if tag == "text" and len(part):
            place = None
        elif tag == "rect":
            y = float(part.get("y"))
            if place is None:
                found.append([])
            if y != place:
                found[-1].append([])
            place = y
            fill = part.get("fill")
        else:
            found[-1][-1].append((int(part.text), fill))
    return found


def drawn_entries(picture):
    """Return each entry in the order of drawing, with the fill of its cell."""
    rows = [row for matrix in matrices(picture) for row in matrix]
    return [(str(entry), fill) for row in rows for entry, fill in row]
