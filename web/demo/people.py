"""Who works here: name, roles, and the login of those who sit in the office."""

PEOPLE = (
    ("沈启明", "admin manager", "admin"),
    ("林晓燕", "sales", "lin"),
    ("周子航", "sales", "zhou"),
    ("许静", "reviewer", "xu"),
    ("唐文涛", "reviewer manager", "tang"),
    ("何美玲", "finance", "he"),
    ("老郑", "supervisor", ""),
    ("李雷", "picker", ""),
    ("韩梅梅", "picker", ""),
    ("Tom Baker", "picker", ""),
    ("王强", "packer", ""),
    ("赵敏", "packer", ""),
    ("马建国", "shipper", ""),
    ("Ana Silva", "shipper packer", ""),
)
