"""What the site says of its own address, from the repository's in _config.yml.

Canonical links, the card of a shared link, the page for an address that does
not exist, the badges and live code. Until ``make repository URL=…`` has set
the address live code is off, because there is nothing for it to fetch.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

# Notebooks show the badges of their makers; the site has its own, so that no
# page asks another server for a picture.
BADGES = {
    "https://colab.research.google.com/assets/colab-badge.svg": "colab.svg",
    "https://mybinder.org/badge_logo.svg": "binder.svg",
}

UNSET = (
    "The repository has no address yet: launch buttons and badges lead "
    "nowhere and live code is off until "
    "make repository URL=https://github.com/OWNER/NAME."
)

LIVE = (
    "Run the cells of this page: loads code from unpkg.com and starts a "
    "machine at mybinder.org"
)

NOT_FOUND = """
<h1>Page not found</h1>
<p>There is nothing at this address. Perhaps a chapter was renamed.</p>
<p><a href="{root}book/index.html#find-your-sum">Which lemma do I
need?</a> leads to every lemma by the pattern of its sum;
<a href="{root}search.html">the search</a> knows every word.</p>
"""


def configure(app, config):
    """Derive each address from that of the repository."""
    options = config.html_theme_options
    owner, name = options["repository_url"].rsplit("/", 2)[-2:]
    # No name on GitHub begins with an underscore.
    if owner.startswith("_"):
        logger.info(UNSET, color="yellow")
    else:
        options["launch_buttons"]["thebe"] = True
    # GitHub serves the repository of this name at the root.
    root = "/" if name.lower() == f"{owner}.github.io".lower() else f"/{name}/"
    site = f"https://{owner}.github.io{root}"
    config.html_baseurl = config.ogp_site_url = site
    config.ogp_image = f"{site}_static/social.png"
    config.notfound_urls_prefix = root
    config.notfound_context = {
        "title": "Page not found",
        "body": NOT_FOUND.format(root=root),
    }


class Badges(SphinxTransform):
    """Take the badges at the top of a notebook from the site itself."""

    default_priority = 400  # before Sphinx collects the pictures

    def apply(self):
        up = "../" * self.env.docname.count("/")
        for image in list(self.document.findall(nodes.image)):
            badge = BADGES.get(image["uri"])
            if badge:
                html = (
                    f'<img src="{up}_static/badges/{badge}" '
                    f'alt="{image["alt"]}" width="110" height="20">'
                )
                image.parent.parent["classes"] = ["badges"]
                image.replace_self(nodes.raw("", html, format="html"))


def say_where(app, pagename, templatename, context, doctree):
    """Say on the button of live code where it goes."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("label") == "launch-thebe":
                button["tooltip"] = LIVE


def setup(app):
    app.connect("config-inited", configure)
    # After the theme has made the buttons.
    app.connect("html-page-context", say_where, priority=900)
    app.add_transform(Badges)
    return {"version": "1", "parallel_read_safe": True}
