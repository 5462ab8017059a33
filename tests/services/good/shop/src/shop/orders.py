"""Orders: what is bought, and what it costs."""


def total(lines):
    """The price of an order in cents. An order of nothing is refused."""
    if not lines:
        raise ValueError("an order needs at least one line")
    return sum(count * price for count, price in lines)


def refund(paid, days_before):
    """What is given back of a price: all of it up to a day before the event."""
    return paid if days_before >= 1 else 0
