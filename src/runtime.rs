//! The only place that both changes the model and draws it: terminal, loop, and the tasks that ask the world.

mod clipboard;
pub mod history;
pub mod terminal;
pub mod world;
