//! What is in force in a block: its own directives, then those of the blocks around it.

use std::collections::HashMap;

use crate::nginx::syntax::Directive;

/// A block that is being read, within those around it.
pub(super) struct Scope<'t> {
    above: Option<&'t Scope<'t>>,
    own: HashMap<&'t str, Vec<&'t Directive>>,
}

impl<'t> Scope<'t> {
    /// A block with these directives. Their order means nothing for what is inherited.
    pub(super) fn new(above: Option<&'t Scope<'t>>, directives: &[&'t Directive]) -> Scope<'t> {
        let mut own: HashMap<&str, Vec<&Directive>> = HashMap::new();
        for directive in directives.iter().filter(|directive| directive.block().is_none()) {
            own.entry(directive.name.text.as_str()).or_default().push(directive);
        }
        Scope { above, own }
    }

    /// All directives of a name, from the innermost block that has any.
    pub(super) fn all(&self, name: &str) -> &[&'t Directive] {
        let mut scope = self;
        loop {
            if let Some(found) = scope.own.get(name) {
                return found;
            }
            match scope.above {
                Some(above) => scope = above,
                None => return &[],
            }
        }
    }

    /// The directive of a name that is in force.
    pub(super) fn last(&self, name: &str) -> Option<&'t Directive> {
        self.all(name).last().copied()
    }
}
