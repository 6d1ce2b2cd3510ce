"""The site's rules in words: what each is called, what it does, and which kind of field takes its value."""

from typing import NamedTuple

from web.text import N_

TEXT, DIGITS, WAREHOUSE, ZONE, CURRENCY = "text", "digits", "warehouse", "zone", "currency"
TAX, PERCENT, DAYS, TICK, LINES, OPTIONAL = "tax", "percent", "days", "tick", "lines", "optional"


class Rule(NamedTuple):
    title: str
    does: str
    kind: str


RULES = {
    "company": Rule(N_("Company"), N_("The name on labels and papers."), TEXT),
    "company_address": Rule(
        N_("Company address"),
        N_("Stands under the name on delivery notes, confirmations and invoices; empty: it is left out."),
        OPTIONAL,
    ),
    "company_tax_number": Rule(
        N_("Company tax number"), N_("On confirmations and invoices; empty: it is left out."), OPTIONAL
    ),
    "company_bank": Rule(
        N_("Bank and account"),
        N_("Where customers pay to, on confirmations and invoices; empty: it is left out."),
        OPTIONAL,
    ),
    "company_prefix": Rule(
        N_("GS1 company prefix"),
        N_("The numbers of parcels and pallets (SSCC) begin with it; 4 to 12 digits, from your GS1 office."),
        DIGITS,
    ),
    "warehouse": Rule(N_("Warehouse"), N_("Orders are delivered from here; new stations belong to it."), WAREHOUSE),
    "time_zone": Rule(N_("Time zone"), N_("Gives the dates of documents and the times on pages."), ZONE),
    "currency": Rule(N_("Currency"), N_("Of orders and prices that name no other."), CURRENCY),
    "tax_bp": Rule(N_("Tax, percent"), N_("On orders of customers who have no rate of their own."), TAX),
    "price_tolerance_percent": Rule(
        N_("Price tolerance, percent"),
        N_("A line whose price is further from the list than this must be approved by a person."),
        PERCENT,
    ),
    "duplicate_days": Rule(
        N_("Look for doubles, days back"),
        N_("An order with the same lines as another one of its customer within so many days is flagged."),
        DAYS,
    ),
    "auto_pass": Rule(
        N_("Approve by itself"),
        N_("An order that passes every check needs no person's approval."),
        TICK,
    ),
    "auto_release": Rule(
        N_("Release by itself"),
        N_("An approved order goes to the floor at once; else somebody releases it by hand."),
        TICK,
    ),
    "scan_back": Rule(
        N_("Scan labels back"),
        N_("No parcel is loaded before its printed label was scanned once; a station may ask for it alone."),
        TICK,
    ),
    "packing_marks": Rule(
        N_("Packing marks"),
        N_("Words of an order's remark that are printed large on its parcels' labels; with commas between them."),
        LINES,
    ),
}
SECTIONS = (
    (
        N_("The company"),
        (
            "company",
            "company_address",
            "company_tax_number",
            "company_bank",
            "company_prefix",
            "warehouse",
            "time_zone",
            "currency",
        ),
    ),
    (N_("Orders and prices"), ("tax_bp", "price_tolerance_percent", "duplicate_days", "auto_pass", "auto_release")),
    (N_("Work on the floor"), ("scan_back", "packing_marks")),
)
