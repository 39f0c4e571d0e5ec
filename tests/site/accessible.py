"""What axe finds on a page: of everything once, and of no look twice.

What takes axe the longest is colours, and they are a matter of looks: of how a
text is set, and of the grounds on which it stands. What looks like something
that was seen before, on this page or another, is not looked at again.
"""

from axe_playwright_python.base import AXE_SCRIPT

# What the theme does on every page, by axe's rule and a part of the element,
# and why it is let pass. What is not listed here fails.
ALLOWED = {
    # The theme puts the logo into a bar that is no landmark.
    ("region", 'class="logo__image only-'),
}

COLOURS = """axe.configure({rules: [
    {id: "color-contrast", selector: "[data-look]"},
    {id: "link-in-text-block", selector: "a[data-look]"},
]})"""

# Style sheets would be fetched again for a rule that is off.
RUN = """async part => {
    const {violations} = await axe.run(
        part, {resultTypes: ["violations"], preload: {assets: ["media"]}})
    return violations.flatMap(({id, nodes}) =>
        nodes.map(e => [id, e.html.slice(0, 300), e.failureSummary]))
}"""

# Marks one of all links, texts and pictures that look alike, and returns what
# they look like, each as a number. A ground is what has a colour, or may stand
# on something else than what is around it.
LOOKS = """([part, seen]) => {
    const number = (what, start) => [...what.join()].reduce(
        (sum, letter) => Math.imul(sum, 31) + letter.codePointAt() | 0, start)
    const grounds = new Map([[null, 0]])
    const ground = e => {
        if (!grounds.has(e)) {
            const {backgroundColor, backgroundImage, opacity, position} =
                getComputedStyle(e)
            const own = [backgroundColor, backgroundImage, opacity, position]
            const below = ground(e.parentElement)
            const none = own.join() === "rgba(0, 0, 0, 0),none,1,static"
            grounds.set(e, none ? below : number(
                [...own, e.localName, e.getAttribute("class")], below))
        }
        return grounds.get(e)
    }
    const set = e => {
        const {borderBottom, color, fill, font, textDecoration, textShadow} =
            getComputedStyle(e)
        return [borderBottom, color, fill, font, textDecoration, textShadow]
    }
    const looks = new Set(seen)
    for (const e of document.querySelectorAll(`${part} *`)) {
        delete e.dataset.look
        const shows = e.matches("a, img, svg") ||
            [...e.childNodes].some(e => e.nodeType === 3 && e.data.trim())
        // The text in a formula is read aloud, and not seen.
        if (!shows || !e.checkVisibility() || e.closest("mjx-container"))
            continue
        const look = number(
            [e.localName, ...set(e), ...set(e.parentElement)], ground(e))
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
    page.evaluate(COLOURS)
    look(page, seen, part)
    light = run(page, part)
    darken(page)
    anew = look(page, seen, part)
    dark = run(page, f"{part} [data-look]") if anew else []
    page.emulate_media(color_scheme="light")
    return {"light": light, "dark": dark}


def look(page, seen, part):
    """Return how many looks are seen for the first time, and mark them."""
    looks = page.evaluate(LOOKS, [part, list(seen)])
    seen.update(looks)
    return len(looks)


def run(page, part):
    return [
        (rule, html, why)
        for rule, html, why in page.evaluate(RUN, part)
        if not any(rule == r and part in html for r, part in ALLOWED)
    ]


def darken(page):
    """Let the reader's machine turn dark, and every colour with it."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        """() => document.documentElement.dataset.theme === "dark" &&
            document.getAnimations().every(e => e.playState === "finished")"""
    )
