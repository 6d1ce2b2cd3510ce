"""What is wrong with a code that cannot be read for what it claims to be: GS1 element strings, links, tags, serials."""

from web.text import N_

ELEMENTS = {
    "empty": N_("{scanned}: a part of this code is empty. Scan another code of the piece."),
    "too_long": N_("{scanned}: longer than such a code can be. Scan one barcode at a time."),
    "too_short": N_("{scanned}: a part of the code was not read. Scan it again."),
    "bad_length": N_("{scanned}: too many or too few digits. Scan it again."),
    "bad_aim_id": N_("{scanned} begins with something that is no symbology identifier. Have the scanner set up."),
    "unsupported_symbology": N_("{scanned} comes from a kind of barcode that is not used here. Scan another code."),
    "unknown_ai": N_("{scanned} holds an element ({ai}) that GS1 does not know. Scan another code of the piece."),
    "duplicate_conflict": N_("{scanned} says ({ai}) twice, and differently. Scan another code of the piece."),
    "bad_key_sequence": N_("{scanned}: its parts stand in an order that GS1 does not allow. Scan another code."),
    "not_digital_link": N_("{scanned} is a web address, but not a product's. Scan the product's barcode."),
    "dl_qualifier_in_query": N_("{scanned}: ({ai}) stands at the wrong place of this web address. Scan another code."),
    "dl_attribute_not_allowed": N_("{scanned}: ({ai}) does not belong into this web address. Scan another code."),
    "bad_value": N_("{scanned}: ({ai}) holds a value that it cannot have. Scan another code of the piece."),
    "bad_date": N_("{scanned}: ({ai}) holds a day that does not exist. Set the piece aside, its label is wrong."),
    "bad_time": N_("{scanned}: ({ai}) holds a time that does not exist. Scan another code of the piece."),
    "bad_country": N_("{scanned}: ({ai}) names no country. Scan another code of the piece."),
    "bad_currency": N_("{scanned}: ({ai}) names no currency. Scan another code of the piece."),
    "bad_escape": N_("{scanned}: ({ai}) is written wrongly. Scan another code of the piece."),
    "bad_company_prefix": N_("{scanned}: ({ai}) does not begin with a company's number. Scan another code."),
    "invalid_pair": N_("{scanned} holds elements that must not stand together. Scan another code of the piece."),
    "association_missing": N_("{scanned} lacks an element that belongs with the others. Scan another code."),
}
TAGS = {
    "bad_hex": N_("This tag's content is no hexadecimal number."),
    "bad_base64": N_("This tag's content is no base64."),
    "bad_input": N_("{member} is missing or of the wrong type."),
    "bad_partition": N_("This tag divides its digits in a way that the standard does not have."),
    "company_prefix_overflow": N_("This tag's company prefix has more than {digits} digits."),
    "reference_overflow": N_("This tag's reference has more than {digits} digits."),
    "reserved_bits": N_("This tag uses bits that the standard reserves."),
    "unknown_header": N_("This tag is of a scheme that is not known."),
    "unprogrammed": N_("This tag has not been written yet."),
    "unsupported_scheme": N_("This tag's scheme is not used here."),
}
WRITING = {
    "bad_uri": N_("This is no EPC tag URI."),
    "bad_extension": N_("An SSCC begins with one digit, not with {value}."),
    "company_prefix_length": N_("A GS1 company prefix has 4 to 12 digits. An administrator must set it right."),
    "filter_range": N_("A tag's filter value goes from 0 to 7."),
    "empty_serial": N_("The serial number is empty."),
    "serial_leading_zero": N_("A serial number in this scheme has no leading zeros."),
    "serial_too_large": N_("The numbers of this company prefix are used up; at most {most}. Call for help."),
    "serial_too_long": N_("The serial number is too long; at most {most} characters."),
}
CODES: dict[str, str] = ELEMENTS | TAGS | WRITING
PRINTING = {
    "job_unknown": N_("There is no print job {job}."),
    "job_printed": N_("Print job {job} came out already. Print a copy, with its reason."),
    "job_replaced": N_("Print job {wanted} took the place of job {job}. Decide about that one."),
    "job_sent": N_("Print job {job} is with {printer} already; it can no longer be taken back."),
    "job_settled": N_("Print job {job} no longer waits: it is {state}."),
    "printer_unknown": N_("{scanned} is no printer here."),
    "printer_held": N_("Printer {printer} is held. Let it go first."),
    "printer_ring": N_("{wanted} cannot print for {printer}: {printer} prints for it. End that first."),
    "printer_ok": N_("Labels come from {printer} now."),
    "paper_refused": N_("This paper cannot be made. {reason}"),
    "no_paper_printer": N_("No printer for papers is named in floor.toml (paper_printer). Download the PDF."),
    "paper_not_taken": N_("Printer {printer} did not take the paper: {reason}"),
    "label_refused": N_("This label cannot be printed. {reason}"),
    "label_unknown": N_("There is no label {scanned} to print here."),
    "person_unknown": N_("There is no person {scanned}."),
    "parcel_voided": N_("Parcel {parcel} is given up, its label is dead. Take the label off and pack anew."),
    "parcel_gone": N_("Parcel {parcel} is {state}; it can no longer be given up."),
}
