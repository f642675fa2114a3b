//! A stretch of time in which something holds, second by second.

use ledger::alarm::Spell;

/// A spell that begins now.
pub(crate) fn begin(now: f64) -> Spell {
    Spell { began_at: now, last_at: now, holds: true, counts: false }
}

/// Takes in whether it holds now; `hold_s`: how long it must hold to count. Says whether the
/// spell changed in kind, not only in length.
pub(crate) fn see(spell: &mut Spell, now: f64, holds: bool, hold_s: f64) -> bool {
    let before = (spell.holds, spell.counts);
    if holds {
        spell.last_at = now;
        spell.counts |= now - spell.began_at >= hold_s;
    }
    spell.holds = holds;
    before != (spell.holds, spell.counts)
}

/// Whether it has been gone for that long.
pub(crate) fn is_over(spell: &Spell, now: f64, gone_s: f64) -> bool {
    !spell.holds && now - spell.last_at >= gone_s
}

/// Whether nothing of it matters: it never counted, and holds no more.
pub(crate) fn is_idle(spell: &Spell) -> bool {
    !spell.holds && !spell.counts
}

/// Leaves out a time in which nobody watched.
pub(crate) fn shift(spell: &mut Spell, by_s: f64) {
    spell.last_at += by_s;
    if !spell.counts {
        spell.began_at += by_s;
    }
}
