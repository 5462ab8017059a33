"""Orders: what is bought, and what it costs."""


def total(lines):
    """The price of an order in cents."""
    # TODO: refuse an order of nothing
    return sum(price for _, price in lines)


def find(database, markup, name):
    """The orders of somebody, and a greeting."""
    database.execute("SELECT * FROM orders WHERE name = '%s'" % name)
    return markup.Markup("<b>%s</b>" % name)
