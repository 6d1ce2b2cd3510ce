"""A label that cannot be made as asked is refused with a code, so that nobody gets a wrong or unreadable one."""


class LabelRefused(ValueError):
    """Raised while a label or a paper is built. `code`: does_not_fit, bad_content, no_font, no_preview, not_drawable, or
    not_allowed (a foreign label's command that does more than draw)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
