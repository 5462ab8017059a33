package engine

import "testing"

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct{ offered, wanted, ask, bid, sold, left int }{
		"fits":          {2, 1, 500, 500, 1, 1},
		"too dear":      {2, 1, 500, 400, 0, 2},
		"more than all": {2, 3, 500, 600, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sold, left := Match(c.offered, c.wanted, c.ask, c.bid)
			if sold != c.sold || left != c.left {
				t.Errorf("sold %d, left %d", sold, left)
			}
		})
	}
}
