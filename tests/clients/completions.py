"""What tab makes of a line in bash, zsh and fish.

Each shell runs in a terminal of its own. A line is typed up to a tab and on, then made the arguments of printf, so that
the shell itself tells what words it has become: `scops sources cl<tab>x` is `[scops][sources][cloudtrail][x]`, and what
follows a bucket stays in its word.
"""

import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """
default_profile = "prod"
[profiles.prod]
region = "ap-northeast-1"
[[profiles.prod.sources]]
name = "cloudtrail"
bucket = "acme-logs"
layout = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/"
[profiles.staging]
region = "eu-west-1"
[[profiles.staging.sources]]
name = "elb"
bucket = "acme-staging"
layout = "elb/{yyyy}/{MM}/{dd}/"
"""

# What is typed, and the words that it becomes.
LINES = [
    ("scops sour\tx", ["scops", "sources", "x"]),
    ("scops sources cl\tx", ["scops", "sources", "cloudtrail", "x"]),
    ("scops --profile st\tx", ["scops", "--profile", "staging", "x"]),
    ("scops --profile=st\tx", ["scops", "--profile=staging", "x"]),
    ("scops --profile staging timeline e\tx", ["scops", "--profile", "staging", "timeline", "elb", "x"]),
    ("scops get s3://acme-l\tkey", ["scops", "get", "s3://acme-logs/key"]),
    ("scops theme preview mi\tx", ["scops", "theme", "preview", "mine", "x"]),
    ("scops --keymap e\tx", ["scops", "--keymap", "emacs", "x"]),
    ("scops cat -f guard\tx", ["scops", "cat", "-f", "guardduty", "x"]),
    ("scops grep --form\tx", ["scops", "grep", "--format", "x"]),
    ("scops cat nig\talb", ["scops", "cat", "night/alb"]),
    ("scops cat my\\ n\tx", ["scops", "cat", "my night.log", "x"]),
]

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set enable-bracketed-paste off'; . {scripts}/scops.bash"),
    "zsh": (["zsh", "-f", "-i"], "fpath=({scripts} $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e"),
    "fish": (["fish", "--no-config", "--private", "-i"], "source {scripts}/scops.fish"),
}
SECONDS = 60


class Terminal:
    """A shell in a pseudo-terminal."""

    def __init__(self, command, environment, folder):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.seen = ""

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, text):
        """What was shown up to `text`."""
        end = time.monotonic() + SECONDS
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise SystemExit(f"error: {text!r} does not appear; the terminal shows:\n{self.seen!r}")
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        shown, self.seen = self.seen.split(text, 1)
        return shown

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.process, 0)


def words(terminal, line):
    """The words that a shell makes of a line that is typed."""
    terminal.type(line + " '('end')'\x01printf '[%s]' \r")
    shown = terminal.wait("[(end)]")
    start = shown.rindex("[scops]") if "[scops]" in shown else 0
    return shown[start:].strip("[]").split("][")


def check(shell, environment, folder, scripts):
    command, setup = SHELLS[shell]
    terminal = Terminal(command, environment, folder)
    terminal.type(setup.format(scripts=scripts) + "; printf '<%s>' ready\r")
    terminal.wait("<ready>")
    wrong = 0
    for line, wanted in LINES:
        found = words(terminal, line)
        if found != wanted:
            wrong += 1
            print(f"error: {shell}: {line!r} becomes {found}, not {wanted}", file=sys.stderr)
    terminal.end()
    version = subprocess.run([shell, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    print(f"{version}: {len(LINES) - wrong} of {len(LINES)} lines are completed")
    return wrong


def main():
    scops = Path(sys.argv[1]).resolve()
    scripts = Path("docs/completions").resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / ".config/scops"
        (config / "themes").mkdir(parents=True)
        (config / "config.toml").write_text(CONFIG)
        (config / "themes/mine.toml").write_text('text = "default"\n')
        (folder / "night").mkdir()
        (folder / "my night.log").touch()
        environment = {
            "HOME": name,
            "PATH": f"{scops.parent}:{os.environ['PATH']}",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        found = [shell for shell in SHELLS if shutil.which(shell)]
        for shell in SHELLS.keys() - set(found):
            print(f"no {shell} here: its completion is not tried")
        wrong = sum(check(shell, environment, folder, scripts) for shell in found)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
