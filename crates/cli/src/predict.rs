//! What a configuration does to some traffic, as people read it.

mod html;
