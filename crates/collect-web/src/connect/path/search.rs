//! The way from a server's certificate up to a root (RFC 5280 §6.1, RFC 4158): each step by name, signature
//! and every rule that the next certificate sets for those below it. Time is bounded: signatures are checked
//! once, and who leads to no root is not followed where there are many.

use super::constraints::{self, Patience};
use super::links::{Links, Names};
use super::{Known, Refused, Root, When, policies};
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;

/// So few certificates that all ways among them are walked at once.
const FEW: usize = 6;

/// More CAs in a row than anybody has.
const MOST_AUTHORITIES: usize = 32;

/// Steps that are taken at most.
const MOST_STEPS: usize = 20_000;

/// The same where it is known that none leads to a root.
const MOST_STEPS_IN_VAIN: usize = 1_000;

/// A search among the certificates that were served.
pub(super) struct Search<'a> {
    links: Links<'a>,
    when: When,
    steps: Cell<usize>,
    patience: Patience,
    /// How far each certificate is from a root, if it leads to one; nothing where there are few.
    leading: Option<Vec<Option<usize>>>,
    /// Whether it is known that there is no path, and only why is looked for.
    hopeless: bool,
}

/// A path: the places of its certificates among those served, the server's own first, and the root.
pub(super) type Found<'a> = (Vec<usize>, &'a Root);

impl<'a> Search<'a> {
    pub(super) fn new(
        nodes: &'a [Arc<Known>],
        roots: &'a [Root],
        names: Names,
        when: When,
    ) -> Self {
        let mut search = Self {
            links: Links::new(nodes, roots, names),
            when,
            steps: Cell::new(0),
            patience: Patience::default(),
            leading: None,
            hopeless: false,
        };
        if nodes.len() > FEW {
            let fit = search.leading(When::holds, |place, one| search.fits(place, one).is_ok());
            let own_leads = |all: &Vec<Option<usize>>| matches!(all.first(), Some(Some(_)));
            search.hopeless = !own_leads(&fit);
            search.leading = if search.hopeless {
                Some(search.leading(|_, _| Ok(()), |_, _| true)).filter(own_leads)
            } else {
                Some(fit)
            };
        }
        search
    }

    /// # Errors
    ///
    /// Why there is no path.
    pub(super) fn path(&self) -> Result<Found<'a>, Refused> {
        let mut path = vec![0];
        let root = self.extend(&mut path)?;
        Ok((path, root))
    }

    /// The root to which `path` leads, which is made longer on the way.
    fn extend(&self, path: &mut Vec<usize>) -> Result<&'a Root, Refused> {
        let certificates = self.certificates(path);
        let (Some(last), Some(place)) = (certificates.last(), path.last().copied()) else {
            return Err(Refused::UnknownIssuer);
        };
        self.holds(&certificates)?;
        let mut refused = Refused::UnknownIssuer;
        for root in self.links.roots_of(last) {
            match self.ends(&certificates, root) {
                Ok(()) => return Ok(root),
                Err(why) if why.ends_the_search() => return Err(why),
                Err(why) => refused = refused.or(why),
            }
        }
        let mut issuers = self.links.issuers_of(place).to_vec();
        if self.leading.is_some() {
            // The shortest way first.
            issuers.sort_by_key(|above| self.distance(*above).unwrap_or(usize::MAX));
        }
        for above in issuers {
            match self.step(path, &certificates, above) {
                Ok(root) => return Ok(root),
                Err(why) if why.ends_the_search() => return Err(why),
                Err(why) => refused = refused.or(why),
            }
        }
        Err(refused)
    }

    fn step(
        &self,
        path: &mut Vec<usize>,
        below: &[&Known],
        above: usize,
    ) -> Result<&'a Root, Refused> {
        let (Some(last), Some(next)) = (path.last(), self.links.nodes.get(above)) else {
            return Err(Refused::UnknownIssuer);
        };
        // RFC 4158 §5.2: no loops.
        if below.iter().any(|one| self.links.same_issuer(one, next)) {
            return Err(Refused::UnknownIssuer);
        }
        self.steps.set(self.steps.get() + 1);
        let (most, why) = if self.hopeless {
            (MOST_STEPS_IN_VAIN, Refused::UnknownIssuer)
        } else {
            (MOST_STEPS, Refused::TooManyWays)
        };
        if self.steps.get() > most {
            return Err(why);
        }
        self.links.signed(*last, above)?;
        if self.leading.is_some() && self.distance(above).is_none() {
            return Err(Refused::UnknownIssuer);
        }
        if path.len() > MOST_AUTHORITIES {
            return Err(Refused::TooDeep);
        }
        path.push(above);
        let root = self.extend(path);
        if root.is_err() {
            path.pop();
        }
        root
    }

    fn certificates(&self, path: &[usize]) -> Vec<&'a Known> {
        let nodes = self.links.nodes;
        let all = path.iter().filter_map(|place| nodes.get(*place));
        all.map(|one| &**one).collect()
    }

    /// Whether the last certificate of a path may stand where it does.
    fn holds(&self, path: &[&Known]) -> Result<(), Refused> {
        let Some((last, below)) = path.split_last() else {
            return Ok(());
        };
        self.fits(below.len(), last)?;
        if below.is_empty() {
            return Ok(());
        }
        may_have_below(last, below)?;
        self.may_name(last, below)
    }

    /// Whether a certificate is fit for its place in a path (0 the server's own), whatever else is in it.
    fn fits(&self, place: usize, one: &Known) -> Result<(), Refused> {
        self.when.holds(one)?;
        if let Some(fault) = &one.form {
            return Err(fault.clone());
        }
        match (place, one.is_authority) {
            (0, true) => return Err(Refused::ServerIsAuthority),
            (1.., false) => return Err(Refused::NoAuthority),
            (0, false) | (1.., true) => {}
        }
        if let Some(why) = &one.purpose {
            return Err(why.clone());
        }
        if place > 0 && !one.may_issue {
            return Err(Refused::Usage);
        }
        Ok(())
    }

    fn may_name(&self, authority: &Known, below: &[&Known]) -> Result<(), Refused> {
        match &authority.constraints {
            Some(value) => constraints::within(value, below.iter().copied(), &self.patience),
            None => Ok(()),
        }
    }

    /// Whether a path ends in this root. A root's own limits count (RFC 5937 §3.2).
    fn ends(&self, path: &[&Known], root: &Root) -> Result<(), Refused> {
        let last = path.last().ok_or(Refused::UnknownIssuer)?;
        self.links.signed_by_root(last, root)?;
        let known = root.known()?;
        self.when.holds(known).map_err(|_| Refused::RootOutOfTime)?;
        may_have_below(known, path)?;
        self.may_name(known, path)?;
        if policies::hold(path) {
            Ok(())
        } else {
            Err(Refused::Policies)
        }
    }

    fn distance(&self, place: usize) -> Option<usize> {
        self.leading.as_ref()?.get(place).copied().flatten()
    }

    /// How far each certificate is from a root that is `in_time`, by right signatures and through those that
    /// `fit`.
    fn leading(
        &self,
        in_time: impl Fn(When, &Known) -> Result<(), Refused>,
        fit: impl Fn(usize, &Known) -> bool,
    ) -> Vec<Option<usize>> {
        let nodes = self.links.nodes;
        let fit: Vec<usize> = (0..nodes.len())
            .filter(|place| nodes.get(*place).is_some_and(|one| fit(*place, one)))
            .collect();
        let below_root = |place: &usize| {
            let node = nodes.get(*place);
            node.is_some_and(|one| {
                let end = |root: &&Root| {
                    let known = root.known().and_then(|known| in_time(self.when, known));
                    known.is_ok() && self.links.signed_by_root(one, root).is_ok()
                };
                self.links.roots_of(one).iter().any(end)
            })
        };
        let mut leading = vec![None; nodes.len()];
        let mut waiting: VecDeque<(usize, usize)> = fit
            .iter()
            .copied()
            .filter(below_root)
            .map(|place| (place, 0))
            .collect();
        while let Some((above, far)) = waiting.pop_front() {
            match leading.get_mut(above) {
                Some(distance) if distance.is_none() => *distance = Some(far),
                _ => continue,
            }
            let below = fit.iter().copied().filter(|below| {
                self.links.issuers_of(*below).contains(&above)
                    && self.links.signed(*below, above).is_ok()
            });
            waiting.extend(below.map(|below| (below, far + 1)));
        }
        leading
    }
}

/// RFC 5280 §6.1.4 (l) and (m): a CA that issued itself does not count.
fn may_have_below(authority: &Known, below: &[&Known]) -> Result<(), Refused> {
    let counted = below.iter().skip(1).filter(|one| !one.itself).count();
    let most = authority.most_below.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    });
    if counted > most {
        return Err(Refused::Depth);
    }
    Ok(())
}
