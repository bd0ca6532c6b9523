"""LibreOffice as another program that opens and saves our workbooks."""

import subprocess
from pathlib import Path


def convert(path: Path, suffix: str) -> Path:
    """The file as LibreOffice saves it in the format of the suffix; it gets a profile of its own."""
    target = path.parent / "saved"
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{path.parent}/profile", "--headless", "--convert-to", suffix,
            "--outdir", str(target), str(path),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return target / f"{path.stem}.{suffix}"
