//! The worlds of several profiles: each has its own credentials, endpoint and budget, and is made once it is asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::World;
use crate::app::request::ProfileId;
use crate::runtime::terminal;

/// Worlds by their profile.
pub struct Worlds {
    make: Box<dyn FnMut(ProfileId) -> Option<World>>,
    made: BTreeMap<ProfileId, World>,
}

impl Worlds {
    /// None is made yet; `make` knows how, and has none for a profile that there is not.
    pub fn new(make: impl FnMut(ProfileId) -> Option<World> + 'static) -> Self {
        Self { make: Box::new(make), made: BTreeMap::new() }
    }

    /// The hooks that the loop calls.
    pub fn hooks(self) -> terminal::World {
        let asked = Rc::new(RefCell::new(self));
        let (cancelled, used) = (Rc::clone(&asked), Rc::clone(&asked));
        terminal::World {
            ask: Box::new(move |ticket, request| {
                if let Some(world) = asked.borrow_mut().of(ticket.profile) {
                    world.ask(ticket, request);
                }
            }),
            cancel: Box::new(move |ticket| {
                if let Some(world) = cancelled.borrow_mut().made.get_mut(&ticket.profile) {
                    world.cancel(ticket);
                }
            }),
            usage: Box::new(move || {
                used.borrow().made.iter().map(|(profile, world)| (*profile, world.shared.aws.usage())).collect()
            }),
        }
    }

    fn of(&mut self, profile: ProfileId) -> Option<&mut World> {
        if !self.made.contains_key(&profile) {
            let world = (self.make)(profile)?;
            self.made.insert(profile, world);
        }
        self.made.get_mut(&profile)
    }
}
