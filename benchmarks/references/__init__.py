"""What PyShop is measured against: the same operations on the same tables, written by hand.

`limit` is the least that can be done, `rows` what a careful developer does without GraphQL, and
`plain` what Strawberry's documentation leads to. They are frozen: tuning them would move the goal.
"""
