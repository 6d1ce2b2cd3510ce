"""The second disk: this checkout as a site installs it under /opt/floor, the files of systemd/, and the checks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARIES = "floor/lib/python3.11/site-packages"
PASSWORD = "a long enough password"
SETTINGS = """data = "{data}"
readers = "/etc/floor/readers.toml"
roles = ["web", "courier"]

[web]
host = "127.0.0.1"

[printers.bench1]
transport = "usb"
settings = {{ path = "/dev/usb/lp0" }}
language = "en"
"""
COMMAND = "#!/opt/floor/bin/python\nimport sys\n\nfrom web.cli import main\n\nsys.exit(main())\n"


def build(folder: Path) -> Path:
    """The image, made in `folder`; the libraries are those of this checkout, in their exact versions."""
    tree = folder / "opt"
    _environment(tree)
    _checks(tree / "machine")
    _site(tree / "machine/site", folder / "floor.toml")
    image = folder / "site.img"
    _run("mke2fs", "-q", "-F", "-t", "ext4", "-d", str(tree), str(image), "700M")
    return image


def _environment(tree: Path) -> None:
    """A virtual environment for the machine's own Python, which uv fills from outside."""
    uv = os.environ.get("UV") or shutil.which("uv") or "uv"
    tree.mkdir()
    asked = ("--quiet", "--no-emit-project", "--no-hashes", "--no-dev")
    _run(uv, "export", *asked, "--project", str(ROOT), "--output-file", str(tree.parent / "exact.txt"))
    _run(uv, "build", "--quiet", "--wheel", "--out-dir", str(tree.parent), str(ROOT))
    wheel = next(tree.parent.glob("*.whl"))
    target = ("--target", str(tree / LIBRARIES), "--python-version", "3.11", "--link-mode", "copy")
    _run(uv, "pip", "install", "--quiet", "--no-deps", *target, "-r", str(tree.parent / "exact.txt"), str(wheel))
    _run(sys.executable, "-m", "compileall", "-q", str(tree / LIBRARIES), "-s", str(tree), "-p", "/opt", codes=(0, 1))
    there = tree / "floor/bin"
    there.mkdir()
    (tree / "floor/pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (there / "python").symlink_to("/usr/bin/python3.11")
    (there / "floor").write_text(COMMAND)
    (there / "floor").chmod(0o755)


def _checks(folder: Path) -> None:
    shutil.copytree(ROOT / "systemd", folder / "systemd")
    here = folder / "tests/machine"
    shutil.copytree(ROOT / "tests/machine/guest", here / "guest", ignore=shutil.ignore_patterns("__pycache__"))
    for package in (here, here.parent):
        (package / "__init__.py").touch()


def _site(folder: Path, settings: Path) -> None:
    """A site started by hand, with a station: done here, since each command takes the emulator half a minute."""
    folder.mkdir()
    settings.write_text(SETTINGS.format(data=folder / "data"))
    (folder / "floor.toml").write_text(SETTINGS.format(data="/var/lib/floor"))
    (folder / "password").write_text(PASSWORD)
    here = ("--config", str(settings))
    naming = ("--company", "Machine", "--company-prefix", "9521000", "--name", "Admin")
    _floor("init", *naming, *here)
    said = _floor("station", "add", "Bench 1", "--kind", "pack", "--printer", "bench1", *here)
    (folder / "station.token").write_text(said.splitlines()[1].strip() + "\n")


def _floor(*words: str) -> str:
    """What the command `floor` prints, of this checkout."""
    command = (sys.executable, "-c", COMMAND, *words)
    named = {**os.environ, "FLOOR_ADMIN_PASSWORD": PASSWORD}
    return subprocess.run(command, cwd=ROOT, env=named, check=True, stdout=subprocess.PIPE, text=True).stdout


def _run(*command: str, codes: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, command)
