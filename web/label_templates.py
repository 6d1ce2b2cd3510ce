"""The site's own labels, read and checked before anything is printed: a wrong template stops the start, with its line."""

from pathlib import Path

from labels.templates.site import TemplateRefused, Templates, load
from web.settings import Settings, SettingsError


def site_templates(settings: Settings) -> Templates:
    """The labels of the folder in the settings, our own without one. Raises SettingsError with every finding."""
    try:
        return load(Path(settings.templates) if settings.templates else None)
    except TemplateRefused as refused:
        raise SettingsError(f"templates: {refused}") from None
