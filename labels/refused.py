"""A label that cannot be made as asked is refused with a code, so that nobody gets a wrong or unreadable one."""


class LabelRefused(ValueError):
    """Raised while a label is built. `code`: does_not_fit, bad_content, no_font, no_preview or not_drawable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
