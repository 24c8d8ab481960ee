"""Leads the links that leave the guide's pages to the repository's site, and names those that lead nowhere.

mdBook makes `../../aws.md` of a chapter into `../../aws.html`, which no page is.
"""

import re
import sys
from pathlib import Path

pages, site = Path(sys.argv[1]).resolve(), sys.argv[2]
source = Path("docs/guide/src")
lost = []


def led(match, page):
    before, target, after = match.groups()
    file, mark, anchor = target.partition("#")
    if "://" in target or target.startswith(("mailto:", "javascript:", "data:")) or not file:
        return match.group(0)
    beside = (page.parent / file).resolve()
    if beside.exists() and beside.is_relative_to(pages):
        return match.group(0)
    text = file.removesuffix(".html") + ".md" if file.endswith(".html") else file
    path = (source / page.parent.relative_to(pages) / text).resolve()
    if not path.exists() or not path.is_relative_to(Path.cwd()):
        lost.append(f"{page.relative_to(pages)}: {target}")
        return match.group(0)
    kind = "tree" if path.is_dir() else "blob"
    return f"{before}{site}/{kind}/main/{path.relative_to(Path.cwd())}{mark}{anchor}{after}"


for page in sorted(pages.rglob("*.html")):
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r'(<a [^>]*href=")([^"]*)(")', lambda match: led(match, page), text), encoding="utf-8")
if lost:
    sys.exit("error: these links lead nowhere:\n" + "\n".join(lost))
