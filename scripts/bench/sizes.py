"""What is uploaded and what is unpacked, for each part of the build."""

import io
import zipfile
from pathlib import Path

PARTS = (
    "CoreLayer",
    "TicketsApi",
    "Notifier",
    "WeeklyList",
    "SearchIndexer",
    "Janitor",
    "BulkWorker",
    "MailEvents",
    "Exporter",
)


def report(build: Path) -> None:
    print("\nBundle sizes (this machine's wheels)")
    print(f"  {'part':<15}{'files':>7}{'unpacked':>12}{'zipped':>11}")
    for part in PARTS:
        files = sorted(file for file in (build / part).rglob("*") if file.is_file())
        unpacked = sum(file.stat().st_size for file in files)
        print(f"  {part:<15}{len(files):>7}{_mb(unpacked):>12}{_mb(_zipped(files)):>11}")


def _zipped(files: list[Path]) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file)
    return buffer.tell()


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
