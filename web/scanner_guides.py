"""Where makers' guides keep the setting that mends a finding, by the names that stand there.

Read in: Zebra DS3408 (chapter 14), LS4208 (chapter 13), DS4308 (page 4-28) and DS9208 Product Reference Guides; Honeywell
Xenon 1900 (chapter 5), 2020 (page 3-3) and N36XX User's Guides; Datalogic Gryphon GD4100 (page 37), GD4400 (page 286),
QuickScan QD2100 (page 98) and QD24 (page 293) Product Reference Guides; Newland BS8060 User Guide (page 179).
A setting whose name was read nowhere is not here: then the words of the finding must do.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guide:
    """`names`: the headings and settings, as the maker writes them. `setup`: a set-up code in labels/scanner_setup.py."""

    maker: str
    names: tuple[str, ...]
    setup: str = ""


CONTROL = (
    Guide("Zebra", ("Miscellaneous Scanner Parameters", "FN1 Substitution Values")),
    Guide("Datalogic", ("Control Character Emulation",)),
)
GUIDES = {
    "suffix_missing": (
        Guide("Honeywell", ("Data Editing", "Add CR Suffix to All Symbologies"), "honeywell_suffix"),
        Guide("Zebra", ("Scan Data Transmission Format", "Prefix/Suffix Values")),
        Guide("Datalogic", ("Data Editing", "Global Prefix/Suffix")),
        Guide("Newland", ("Terminating Character",)),
    ),
    "gs_lost": CONTROL,
    "gs_changed": CONTROL,
    "aim_off": (
        Guide("Datalogic", ("Global AIM ID",), "datalogic_aim"),
        Guide("Zebra", ("Transmit Code ID Character", "AIM Code ID Character")),
        Guide("Honeywell", ("Data Editing", "Add Prefix", "AIM I.D.")),
        Guide("Newland", ("AIM ID Prefix",)),
    ),
    "double_fire": (
        Guide("Zebra", ("Timeout Between Decodes, Same Symbol",)),
        Guide("Honeywell", ("Good Read Delay",)),
        Guide("Datalogic", ("Double Read Timeout",)),
    ),
    "truncated": (Guide("Zebra", ("USB Keystroke Delay",)),),
    "garbled": (Guide("Honeywell", ("Activate Defaults",), "honeywell_defaults"),),
}


def guides(finding: str) -> tuple[Guide, ...]:
    """Of the finding with this code; none where no setting of a scanner mends it."""
    return GUIDES.get(finding, ())
