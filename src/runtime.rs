//! The only place that both changes the model and draws it: terminal, loop, and the tasks that ask the world.

pub mod terminal;
pub mod world;
