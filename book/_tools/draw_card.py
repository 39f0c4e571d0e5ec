"""Draw the picture that stands beside a shared link: book/_static/social.png.

It is committed; draw it again after a change of the logo or the title:
.tools/bin/python book/_tools/draw_card.py
"""

from pathlib import Path

from playwright.sync_api import sync_playwright
from print_book import launch

STATIC = Path(__file__).resolve().parents[1] / "_static"

CARD = """
<body style="margin: 0; width: 1200px; height: 630px; display: flex;
    align-items: center; gap: 60px; padding: 0 80px; box-sizing: border-box;
    font-family: 'DejaVu Sans', Verdana, sans-serif; background: #f4f6f8;
    color: #1b2733">
  <div style="flex: 0 0 360px">{logo}</div>
  <div>
    <div style="font-size: 62px; line-height: 1.2">An executable book of
      matrix lemmas</div>
    <div style="font-size: 34px; margin-top: 36px; color: #31506f">
      Σ A<sub>i</sub>B<sub>i</sub>′ &nbsp; Σ A<sub>i</sub> ⊗ B<sub>i</sub>
      &nbsp; Σ A<sub>ij</sub> ⊗ B<sub>i</sub>C<sub>j</sub>′</div>
    <div style="font-size: 30px; margin-top: 24px; color: #31506f">
      stated, proved, executed, timed</div>
  </div>
</body>
"""


def main():
    logo = (STATIC / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(CARD.format(logo=logo))
        page.screenshot(path=STATIC / "social.png")
        browser.close()


if __name__ == "__main__":
    main()
