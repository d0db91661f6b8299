"""The command `riskmap`: says in words when a part of the installation is missing."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from riskmap.cli import main as commands  # noqa: PLC0415 (its absence is to be said)
    except ImportError as error:
        sys.exit(f"错误：安装不完整，缺少 {error.name or error}；请重新安装 riskmap")
    commands()


if __name__ == "__main__":
    main()
