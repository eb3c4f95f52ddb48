"""Compiles what Pejling uses of the Danish public design system into one sheet, `web/static/vendor/dkfds`.

A developer's tool: run by hand when `dkfds.scss` or the version in `package.json` changes, and its output is committed.
`npm ci` takes the packages by the hashes in `package-lock.json`. Needs Node; nothing that runs or tests Pejling does.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "pejling" / "web" / "static" / "vendor" / "dkfds"
INLINE = ["chevron-right", "info", "lock", "menu", "warning"]
"""Icons that templates draw, in the colour of the text around them."""
HEAD = """\
/*! Det Fælles Designsystem (dkfds {version}), compiled in part by design/vendor.py with Pejling's colours.
    MIT, © Danish Business Authority & Danish Agency for Digitisation; icons Apache 2.0: see LICENSE.md. */
@layer base, dkfds;
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, work)
        run("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", at=work)
        package = work / "node_modules" / "dkfds"
        sheets = package / "src" / "stylesheets"
        sass = ("npx", "sass", "--style=compressed", "--quiet", "--no-source-map", f"--load-path={sheets}")
        base, parts = (run(*sass, str(HERE / f"{name}.scss"), at=work) for name in ("base", "dkfds"))
        version = re.search(r'"version": "(.+?)"', (package / "package.json").read_text())[1]  # type: ignore[index]
        shutil.rmtree(TARGET, ignore_errors=True)
        (TARGET / "icons").mkdir(parents=True)
        shutil.copy(package / "LICENSE.md", TARGET)
        sheet = f"@layer base{{{own_root(base)}}}\n@layer dkfds{{{own_root(parts)}}}\n"
        (TARGET / "dkfds.css").write_text(HEAD.format(version=version) + sheet)
        icons = package / "src" / "img" / "svg-icons"
        for name in set(re.findall(r'url\("icons/([\w-]+)\.svg"\)', sheet)):
            shutil.copy(icons / f"{name}.svg", TARGET / "icons")
        drawn = "".join(symbol(name, (icons / f"{name}.svg").read_text()) for name in INLINE)
        (TARGET / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{drawn}</svg>\n')


def run(*command: str, at: Path) -> str:
    return subprocess.run(command, cwd=at, check=True, capture_output=True, text=True).stdout  # noqa: S603


def own_root(sheet: str) -> str:
    """The sheet with measures that count from a root of 16 pixels, as ours do: the design system sets it to 10.

    Its own images of logos are left out, for they are of nobody.
    """
    sheet = re.sub(r'background-image:url\("\.\./img/[^)]+\);?', "", sheet.lstrip("\ufeff").strip())
    return re.sub(r"(?<![\w.])(-?\d*\.?\d+)rem\b", lambda found: f"{round(float(found[1]) / 1.6, 4):g}rem", sheet)


def symbol(name: str, icon: str) -> str:
    return re.sub(r"<svg [^>]*?viewBox", f'<symbol id="{name}" viewBox', icon.strip()).replace("</svg>", "</symbol>")


if __name__ == "__main__":
    main()
