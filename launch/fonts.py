"""Puts the free fonts of the reports into one folder, without root: from npm and from Debian packages."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from launch.console import Failure, Note, Step
from launch.layout import Layout
from launch.stamps import fingerprint, is_stamped, stamping
from launch.tools import run_logged

FROM_NPM = {
    "NotoSerifSC_400Regular.ttf": "@expo-google-fonts/noto-serif-sc/400Regular",
    "NotoSerifSC_700Bold.ttf": "@expo-google-fonts/noto-serif-sc/700Bold",
    "NotoSansSC_400Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular",
    "NotoSansSC_700Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold",
}
# The packages are unpacked, not installed: texlive-lang-chinese alone would pull in 277 MB.
FROM_DEBIAN = {
    "fonts-lxgw-wenkai": ["LXGWWenKai-Regular.ttf"],
    "fonts-hanazono": ["HanaMinA.ttf", "HanaMinB.ttf"],
    "texlive-lang-chinese": ["FandolFang-Regular.otf"],
}
FILES = [*FROM_NPM, *(name for names in FROM_DEBIAN.values() for name in names)]
MAGIC = (b"\x00\x01\x00\x00", b"OTTO", b"true")

CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


def configuration(layout: Layout) -> str:
    """A fontconfig file that knows only our folder, so that no other font slips into a report."""
    cache = layout.shared / "cache" / "fontconfig"
    return CONFIGURATION.format(fonts=escape(str(layout.fonts)), cache=escape(str(cache)))


def is_font(path: Path) -> bool:
    """Whether the file is there and begins like a font."""
    try:
        with path.open("rb") as file:
            return file.read(4) in MAGIC
    except OSError:
        return False


def packages_to_download(layout: Layout) -> list[str]:
    """Debian packages of which a font is still missing."""
    return [
        package
        for package, names in FROM_DEBIAN.items()
        if not all(is_font(layout.fonts / name) for name in names)
    ]


def unpack_fonts(package: Path, names: list[str], folder: Path) -> None:
    """Takes the named files out of a Debian package into the folder.

    Raises Failure when the package does not hold one of them.
    """
    wanted = set(names)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and name in wanted:
                wanted.discard(name)
                with (folder / name).open("wb") as target:
                    shutil.copyfileobj(archive.extractfile(member), target)
    if wanted:
        raise Failure(f"软件包中没有字体 · {package.name} lacks {', '.join(sorted(wanted))}")


def fetch(layout: Layout, note: Note) -> None:
    """Brings every missing font into the folder; each file appears whole or not at all."""
    layout.fonts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layout.fonts, prefix=".part-") as name:
        part = Path(name)
        for file, source in FROM_NPM.items():
            shutil.copyfile(layout.node_modules / source / file, part / file)
        for package in packages_to_download(layout):
            note(package)
            run_logged(
                ["apt-get", "download", package],
                log=layout.logs / "setup.log",
                what=f"apt-get download {package}",
                cwd=part,
            )
            unpack_fonts(next(part.glob(f"{package}_*.deb")), FROM_DEBIAN[package], part)
        for file in FILES:
            if (part / file).exists():
                if not is_font(part / file):
                    raise Failure(f"字体文件损坏 · damaged font: {file}")
                (part / file).chmod(0o644)
                os.replace(part / file, layout.fonts / file)
    (layout.fonts / "fonts.conf").write_text(configuration(layout), encoding="utf-8")


def fonts_step(layout: Layout) -> Step:
    """Fetches the fonts unless all of them are there."""
    stamp = layout.stamps / "fonts"

    def inputs() -> str:
        return fingerprint([*FILES, *FROM_NPM.values(), configuration(layout)])

    def due() -> bool:
        return not is_stamped(stamp, inputs()) or not all(is_font(layout.fonts / name) for name in FILES)

    def run(note: Note) -> None:
        with stamping(stamp, inputs()):
            fetch(layout, note)

    return Step("字体 fonts", due, run)
