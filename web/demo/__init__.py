"""A trading company in a box and the robot that works it; the virtual devices live in their own rooms."""
