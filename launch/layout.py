"""Where things lie: the checkout, the data folder and what is inside them."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launch.console import Failure

# A unix socket path holds 107 bytes; PostgreSQL adds "/.s.PGSQL.5432" to its folder.
SOCKET_FOLDER_BYTES = 107 - len("/.s.PGSQL.5432")


@dataclass(frozen=True)
class Layout:
    """Paths of one installation; `data` may lie anywhere, everything else follows from it and `repo`."""

    repo: Path
    data: Path
    shared: Path

    @classmethod
    def of_environment(cls) -> "Layout":
        """The checkout this package lies in, with PORTAL_DATA or its own var folder."""
        repo = Path(__file__).resolve().parent.parent
        data = Path(os.environ.get("PORTAL_DATA") or repo / "var").resolve()
        return cls(repo=repo, data=data, shared=data)

    def for_tests(self) -> "Layout":
        """A throwaway data folder beside the real one; fonts are shared with it."""
        return Layout(repo=self.repo, data=self.data / "test", shared=self.data)

    @property
    def venv(self) -> Path:
        return self.repo / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def fonts(self) -> Path:
        return Path(os.environ.get("FONTS_DIR") or self.shared / "fonts").resolve()

    @property
    def static(self) -> Path:
        return Path(os.environ.get("STATIC_ROOT") or self.data / "static").resolve()

    @property
    def node_modules(self) -> Path:
        return self.repo / "node_modules"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def stamps(self) -> Path:
        return self.data / "stamps"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.env"

    @property
    def key(self) -> str:
        """Short name of this data folder, the mark of every process started for it."""
        return hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        """Folder of the server sockets: in the data folder, or a short one where that path is too long."""
        inside = self.data / "sockets"
        if len(os.fsencode(inside)) <= SOCKET_FOLDER_BYTES:
            return inside
        name = f"nanyue-{os.getuid()}-{self.key}"
        short = Path(tempfile.gettempdir()) / name
        return short if len(os.fsencode(short)) <= SOCKET_FOLDER_BYTES else Path("/tmp") / name

    def make_folders(self) -> None:
        """Creates the data folder and its parts, private to their owner.

        Raises Failure naming the folder when it cannot be created or written.
        """
        # Root's servers run as another user and must pass through; they cannot list it.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            if not self.data.exists():
                self.data.mkdir(parents=True)
                self.data.chmod(mode)
            for folder in (self.logs, self.stamps, self.data / "cache", self.data / "files"):
                folder.mkdir(mode=0o700, exist_ok=True)
            probe, name = tempfile.mkstemp(dir=self.data, prefix=".write-test-")
            os.close(probe)
            Path(name).unlink()
        except OSError as error:
            raise Failure(
                f"数据目录不可写 · data folder cannot be written: {self.data} ({error.strerror}). "
                "改用其他目录 choose another: PORTAL_DATA=/path ./portal up"
            )

    def require_own_sockets(self) -> None:
        """Raises Failure when the short socket folder was laid out by somebody else."""
        try:
            found = self.sockets.lstat()
        except FileNotFoundError:
            return
        if self.sockets.parent == self.data:
            return
        if not stat.S_ISDIR(found.st_mode) or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
            raise Failure(f"目录属于他人 · folder belongs to another user: {self.sockets}; 请删除 remove it")
