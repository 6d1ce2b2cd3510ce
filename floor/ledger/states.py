"""The states of a sales order and the events that each allows: one table, one function."""

from enum import StrEnum

from floor.refusal import Refusal


class OrderState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ON_HOLD = "on_hold"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_ = OrderState
TRANSITIONS: dict[tuple[OrderState, str], OrderState] = {
    (_.DRAFT, "change"): _.DRAFT,
    (_.DRAFT, "submit"): _.IN_REVIEW,
    (_.DRAFT, "cancel"): _.CANCELLED,
    (_.IN_REVIEW, "approve"): _.APPROVED,
    (_.IN_REVIEW, "reject"): _.DRAFT,
    (_.IN_REVIEW, "cancel"): _.CANCELLED,
    (_.APPROVED, "release"): _.APPROVED,
    (_.APPROVED, "hold"): _.ON_HOLD,
    (_.APPROVED, "cancel"): _.CANCELLED,
    (_.APPROVED, "short_close"): _.CLOSED,
    (_.APPROVED, "close"): _.CLOSED,
    (_.ON_HOLD, "resume"): _.APPROVED,
    (_.ON_HOLD, "cancel"): _.CANCELLED,
}
LIVE = (_.APPROVED, _.ON_HOLD)


def after(order: int, state: str, event: str) -> OrderState:
    """The state after `event`; `order_state` names the state in the way and what is allowed in it."""
    following = TRANSITIONS.get((OrderState(state), event))
    if following is None:
        raise Refusal("order_state", order=order, state=state, act=event, allowed=allowed(state))
    return following


def allowed(state: str) -> list[str]:
    return [event for (before, event) in TRANSITIONS if before == state]
