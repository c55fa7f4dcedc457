//! The scenes, in the order of the story.

pub(crate) mod abroad;
pub(crate) mod car;
pub(crate) mod charging;
pub(crate) mod contracts;
pub(crate) mod iso20;
pub(crate) mod refusals;
pub(crate) mod roots;
pub(crate) mod trust;
