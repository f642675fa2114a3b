//! Where a request goes, and what that rests on.

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To a pool: its place among the names that were asked for.
    Pool(u16),
    /// Nowhere: the balancer answers by itself.
    Answered,
    /// To a pool that was not asked for, or that is not there.
    Elsewhere,
}

/// What a decision is made of: a rule, and what of it the log does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Doubt {
    pub(super) rule: u16,
    pub(super) missing: u16,
}

/// Where a request goes, and what that rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'t> {
    /// Where it goes; where there is a doubt, where it goes if what is unknown does not hold.
    pub to: To,
    /// The server that a rule names.
    pub server: Option<&'t str>,
    /// What is unknown and could change it.
    pub doubt: Option<Doubt>,
}

impl Decision<'_> {
    pub(super) fn to(to: To) -> Self {
        Decision { to, server: None, doubt: None }
    }

    pub(super) fn with(self, doubt: Option<Doubt>) -> Self {
        Decision { doubt: self.doubt.or(doubt), ..self }
    }

    /// Of what may happen by ways of which the log does not say which was taken. The first one to
    /// a pool counts; where others come to something else, that is the doubt.
    pub(super) fn among(all: impl Iterator<Item = Self>, doubt: Doubt) -> Option<Self> {
        let is_pool = |it: &Self| matches!(it.to, To::Pool(_));
        let (mut chosen, mut agree, mut own): (Option<Self>, _, _) = (None, true, None);
        for one in all {
            own = own.or(one.doubt);
            let Some(known) = chosen else {
                chosen = Some(one);
                continue;
            };
            agree &= (one.to, one.server) == (known.to, known.server);
            if is_pool(&one) && !is_pool(&known) {
                chosen = Some(one);
            }
        }
        chosen.map(|chosen| Decision { doubt: if agree { own } else { Some(doubt) }, ..chosen })
    }
}
