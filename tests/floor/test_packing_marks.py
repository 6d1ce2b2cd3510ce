"""Which marks a parcel's label gets from the remark of its order, and what the tag in it says."""

import json

import pytest

from floor import epc, policy
from floor.packing_marks import marks
from floor.parcels import JOB
from tests.floor.world import GTIN, World


@pytest.mark.parametrize(
    ("remark", "named"),
    [
        ("", []),
        ("客户月底付款", []),
        ("玻璃制品易碎，请小心轻放。", ["易碎", "小心轻放"]),
        ("Fragile! keep dry, please", ["FRAGILE", "KEEP DRY"]),
        ("unfragile", []),
        ("向上；易碎；易碎", ["易碎", "向上"]),
    ],
)
def test_the_marks_that_a_remark_names(world: World, remark: str, named: list[str]) -> None:
    with world.engine.connect() as db:
        assert marks(db, remark) == named


def test_a_site_has_marks_of_its_own(world: World) -> None:
    world.do(lambda tx: policy.change(tx, "packing_marks", "两人搬运、 PALLET ONLY "))
    with world.engine.connect() as db:
        assert marks(db, "易碎，两人搬运 pallet only") == ["两人搬运", "PALLET ONLY"]


@pytest.mark.parametrize("prefix", ["0614", "06141", "0614141", "061414100000"])
def test_a_closed_parcel_s_label_says_its_marks_and_its_tag_its_sscc(world: World, prefix: str) -> None:
    world.do(lambda tx: policy.change(tx, "company_prefix", prefix))
    world.release(17, (1, 1), remark="易碎，老客户")
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    for code in ("NOTE:17", "CMD:PACKALL"):
        world.scan(3, code)
    sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
    said = json.loads(world.rows(JOB)[-1].payload)
    assert (said["sscc"], said["marks"]) == (sscc, "易碎")
    assert epc.decode(said["epc"]).sscc == sscc
