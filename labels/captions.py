"""The few words that labels carry themselves, in the languages of the floor."""

from labels.media import Media

CAPTIONS = {
    "en": {
        "ship_to": "SHIP TO",
        "note": "NOTE",
        "order": "ORDER",
        "weight": "WEIGHT",
        "parcel": "PARCEL",
        "copy": "COPY",
        "shipment": "SHIPMENT",
        "station": "STATION",
        "customer": "CUSTOMER",
        "lines": "LINES",
    },
    "zh": {
        "ship_to": "收件人",
        "note": "发货单",
        "order": "订单",
        "weight": "重量",
        "parcel": "包裹",
        "copy": "补打",
        "shipment": "装运",
        "station": "工位",
        "customer": "客户",
        "lines": "行数",
    },
}


def caption(media: Media, key: str) -> str:
    """The word in the label's language, English where there is none."""
    return CAPTIONS.get(media.language, CAPTIONS["en"])[key]
