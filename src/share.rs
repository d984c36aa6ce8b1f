//! How work is shared among workers.

/// So many files a worker takes at a time: they differ so much in what they take that a larger share leaves the other
/// workers with nothing to do at the end.
pub(crate) const FEW_FILES: usize = 16;
