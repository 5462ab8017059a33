// Package engine matches those who sell a ticket with those who want one.
package engine

// Match gives how many places of an offer are sold at a price, and what is left of it.
func Match(offered, wanted, ask, bid int) (sold, left int) {
	if bid < ask {
		return 0, offered
	}
	if wanted > offered {
		return offered, 0
	}
	return wanted, offered - wanted
}
