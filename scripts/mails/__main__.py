"""Writes the gallery into .local and prints where it is."""

from scripts.laptop.place import PROJECT
from scripts.mails.gallery import page
from scripts.mails.samples import SAMPLES


def main() -> None:
    file = PROJECT / ".local" / "mails.html"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(page(SAMPLES), "utf-8")
    print(f"Every mail, light and dark, on a phone and a computer:  {file.as_uri()}")


if __name__ == "__main__":
    main()
