"""Takes the pictures of the documentation: `PYTHONPATH=src python docs/screenshots.py`. Needs Chromium.

It builds the Copenhagen example, or serves the one in the folder that it is given, and opens each page as one who lives
by it. The people and figures in the pictures are made up.
"""

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from browser.command import address_said, pejling  # noqa: E402
from browser.conftest import CHROMIUM, FLAGS, signed_in  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE, COLOURS = (1280, 1000), (390, 844), 96
PICTURES = {
    "start": ("direktør", "/overview"),
    "attention": ("direktør", "/attention/BIF"),
    "status": ("direktør", "/status/BIF/2009-11"),
    "unit": ("direktør", "/units/BIF"),
    "explanation": ("direktør", "/courses/fast_lasting_exit/JC-N?period=2008"),
    "economy": ("direktør", "/economy/BIF?month=2009-06"),
    "law": ("direktør", "/law"),
    "contracts": ("direktør", "/contracts"),
    "contract": ("direktør", "/contracts/1"),
    "overall": ("direktør", "/overall/2009/BIF"),
    "agreement": ("direktør", "/agreements/1"),
    "funding": ("direktør", "/funding/2009"),
    "what-if": ("direktør", "/funding/2009/what-if?intake-=10"),
    "incentives": ("direktør", "/funding/2009/incentives"),
    "model": ("direktør", "/model"),
    "model-check": ("direktør", "/model/check"),
    "documentation": ("direktør", "/documentation"),
    "effects": ("politiker", "/"),
    "team": ("teamleder", "/"),
    "meeting": ("teamleder", "/meetings/JC-N-UNG/2009-12"),
    "cases": ("sagsbehandler", "/"),
    "municipalities": ("staten", "/"),
    "open": ("", "/open"),
    "sign-in": ("", "/sign-in"),
}
ON_A_PHONE = ("status", "cases", "effects")


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        home = Path(sys.argv[1] if len(sys.argv) > 1 else made)
        built = (home / "catalogue.sqlite").exists()
        if not built and pejling("demo", "copenhagen_2009", "--no-serve", home=home).wait(600):
            sys.exit(f"the example could not be built in {home}")
        server = pejling("serve", "--port", "8123", home=home)
        try:
            take(address_said(server))
        finally:
            server.terminate()
            server.wait(20)


def take(web: str) -> None:
    sessions = {name: signed_in(web, name) for name in {name for name, _ in PICTURES.values()} if name}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture, (name, address) in PICTURES.items():
            for suffix, (width, height) in [("", WIDE), *([("-phone", PHONE)] if picture in ON_A_PHONE else [])]:
                context = browser.new_context(viewport={"width": width, "height": height})
                cookies = {"pejling_language": "da", "pejling_session": sessions.get(name, "")}
                context.add_cookies([{"name": key, "value": value, "url": web} for key, value in cookies.items()])
                page = context.new_page()
                answer = page.goto(web + address)
                if answer is None or not answer.ok:
                    sys.exit(f"{address} did not answer")
                page.evaluate("document.fonts.ready")
                with Image.open(io.BytesIO(page.screenshot())) as taken:
                    few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                    few.save(IMAGES / f"{picture}{suffix}.png", optimize=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
