"""What axe finds on a page: of everything once, and of no look twice.

Contrast, which takes axe the longest, is a matter of how a text looks: its
ink, its size and the grounds on which it stands. What looks like something
that was seen before, on this page or another, is not looked at again.
"""

from axe_playwright_python.base import AXE_SCRIPT

# What the theme does on every page, by axe's rule and a part of the element,
# and why it is let pass. What is not listed here fails.
ALLOWED = {
    # The theme puts the logo into a bar that is no landmark.
    ("region", 'class="logo__image only-'),
}

RUN = """async ([where, options]) => {
    const {violations} = await axe.run(where, options)
    return violations.flatMap(({id, nodes}) =>
        nodes.map(e => [id, e.html.slice(0, 300), e.failureSummary]))
}"""

# Marks, in a part of the page, one of all texts and pictures that look alike,
# and returns what they look like, each as a number. A ground is what has a
# colour, or may stand on something else than what is around it.
LOOKS = """([part, seen]) => {
    const number = (text, start) => [...text].reduce(
        (sum, letter) => Math.imul(sum, 31) + letter.codePointAt() | 0, start)
    const grounds = new Map([[null, 0]])
    const ground = e => {
        if (!grounds.has(e)) {
            const {backgroundColor, backgroundImage, opacity, position} =
                getComputedStyle(e)
            const own = [backgroundColor, backgroundImage, opacity, position]
            const below = ground(e.parentElement)
            const none = "rgba(0, 0, 0, 0),none,1,static"
            grounds.set(e, own.join() === none ? below : number(
                [...own, e.localName, e.getAttribute("class")].join(), below))
        }
        return grounds.get(e)
    }
    const looks = new Set(seen)
    for (const e of document.querySelectorAll(`${part} *`)) {
        delete e.dataset.look
        const shows = e.matches("img, svg") ||
            [...e.childNodes].some(e => e.nodeType === 3 && e.data.trim())
        // Formulas are read aloud as text, and shown as something else.
        if (!shows || !e.checkVisibility() || e.closest("mjx-container"))
            continue
        const {color, fill, fontSize, fontWeight, textShadow} =
            getComputedStyle(e)
        const look = number([e.localName, color, fill, fontSize, fontWeight,
            textShadow].join(), ground(e))
        if (!looks.has(look)) e.dataset.look = look
        looks.add(look)
    }
    return [...looks].slice(seen.length)
}"""


def found_by_axe(page, seen, part="html"):
    """Return what axe finds in a part of a page, in the light and the dark.

    The page is a light one. What its texts and pictures look like is added to
    what was seen.
    """
    page.evaluate(AXE_SCRIPT)
    light = run(page, part, rules={"color-contrast": {"enabled": False}})
    light += look(page, part, seen)
    turn(page, "dark")
    dark = look(page, part, seen)
    turn(page, "light")
    return {"light": light, "dark": dark}


def run(page, part, **options):
    options = {"resultTypes": ["violations"], **options}
    return [
        (rule, html, why)
        for rule, html, why in page.evaluate(RUN, [part, options])
        if not any(rule == r and part in html for r, part in ALLOWED)
    ]


def look(page, part, seen):
    """Return what axe finds in what looks like nothing that was seen."""
    looks = page.evaluate(LOOKS, [part, list(seen)])
    seen.update(looks)
    return run(page, f"{part} [data-look]") if looks else []


def turn(page, scheme):
    """Let the reader's machine turn dark or light, and the page with it."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        """scheme => document.documentElement.dataset.theme === scheme
            && document.getAnimations().every(e => e.playState === "finished")
        """,
        arg=scheme,
    )
