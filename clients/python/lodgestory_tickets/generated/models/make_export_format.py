from typing import Literal

MakeExportFormat = Literal["csv", "jsonl"]

MAKE_EXPORT_FORMAT_VALUES: set[MakeExportFormat] = {
    "csv",
    "jsonl",
}


def check_make_export_format(value: str) -> MakeExportFormat:
    if value in MAKE_EXPORT_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MAKE_EXPORT_FORMAT_VALUES!r}")
