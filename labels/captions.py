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
        "test_suffix": "SCANNER TEST: END OF SCAN",
        "test_layout": "SCANNER TEST: LETTERS",
        "test_digits": "SCANNER TEST: DIGITS",
        "test_gs1": "SCANNER TEST: GS1 SEPARATOR",
        "test_aim": "SCANNER TEST: AIM IDENTIFIER",
        "test_once": "SCANNER TEST: FIRES ONCE",
        "setup_honeywell_suffix": "HONEYWELL: ENTER AFTER EACH CODE",
        "setup_honeywell_defaults": "HONEYWELL: FACTORY DEFAULTS",
        "setup_datalogic_aim": "DATALOGIC: AIM IDENTIFIER ON",
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
        "test_suffix": "扫描枪测试：结束符",
        "test_layout": "扫描枪测试：字母与键盘布局",
        "test_digits": "扫描枪测试：数字",
        "test_gs1": "扫描枪测试：GS1 分隔符",
        "test_aim": "扫描枪测试：AIM 标识符",
        "test_once": "扫描枪测试：只读一次",
        "setup_honeywell_suffix": "Honeywell：每码后加回车",
        "setup_honeywell_defaults": "Honeywell：恢复出厂设置",
        "setup_datalogic_aim": "Datalogic：开启 AIM 标识符",
    },
}


def caption(media: Media, key: str) -> str:
    """The word in the label's language, English where there is none."""
    return CAPTIONS.get(media.language, CAPTIONS["en"])[key]
