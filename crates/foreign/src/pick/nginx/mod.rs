//! nginx's methods, as of 1.22.
