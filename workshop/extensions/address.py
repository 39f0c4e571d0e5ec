"""What the site says of its own address, from that of the repository.

Canonical links, the card of a shared link, the page for an address that does
not exist, the repository's button and the lines that copy it. Where nothing
says the address, the site leaves them out.
"""

from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from workshop import address

NOT_FOUND = """
<h1>Page not found</h1>
<p>There is nothing at this address. Perhaps a chapter was renamed.</p>
<p><a href="{root}book/index.html#find-your-sum">Which lemma do I
need?</a> leads to every lemma by the pattern of its sum;
<a href="{root}search.html">the search</a> knows every word.</p>
"""


def configure(app, config):
    """Derive each address from that of the repository."""
    try:
        found = address.current(Path(app.srcdir))
    except SystemExit as wrong:
        said = f"repository.url in _config.yml: {wrong}"
        raise ExtensionError(said) from wrong
    config.repository_address = found
    options = config.html_theme_options
    # The theme would make a button of an empty address.
    options["use_repository_button"] = options["use_issues_button"] = bool(
        found
    )
    root = "/"
    if found:
        options["repository_url"] = found.url
        options["repository_branch"] = found.branch
        config.html_baseurl = config.ogp_site_url = found.site
        config.ogp_image = f"{found.site}_static/social.png"
        root = found.path
    config.notfound_urls_prefix = root
    config.notfound_context = {
        "title": "Page not found",
        "body": NOT_FOUND.format(root=root),
    }


class Clone(SphinxDirective):
    """Lines for a shell, with the repository's address for {url}.

    Where it is not known, those that need it are left out.
    """

    has_content = True

    def run(self):
        found = self.config.repository_address
        lines = [
            line.format(url=found.url) if found else line
            for line in self.content
            if found or "{url}" not in line
        ]
        text = "\n".join(lines)
        return [nodes.literal_block(text, text, language="shell")]


def setup(app):
    # The values of a build, which no reader of the configuration sets.
    app.add_config_value("repository_address", None, "env")
    app.add_directive("shell-lines", Clone)
    # Before the theme reads its options.
    app.connect("config-inited", configure, priority=100)
    return {"version": "1", "parallel_read_safe": True}
