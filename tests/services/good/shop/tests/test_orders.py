"""Orders."""

import pytest

from shop.orders import refund, total


@pytest.mark.parametrize(
    ("lines", "wanted"), [([(1, 500)], 500), ([(2, 500), (1, 250)], 1250)]
)
def test_an_order_costs_what_its_lines_cost(lines, wanted):
    assert total(lines) == wanted


def test_an_order_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        total([])


def test_a_ticket_is_given_back_a_day_before():
    assert refund(500, 1) == 500
    assert refund(500, 0) == 0
