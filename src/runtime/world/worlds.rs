//! The worlds of several profiles: each has its own credentials, endpoint and budget, and is made once it is asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::World;
use crate::app::request::ProfileId;
use crate::aws::Aws;
use crate::runtime::terminal;

/// Worlds by their profile.
pub struct Worlds(Rc<RefCell<Made>>);

/// The worlds that were asked for so far, and how others are made.
struct Made {
    make: Box<dyn FnMut(ProfileId) -> Option<World>>,
    worlds: BTreeMap<ProfileId, World>,
}

impl Worlds {
    /// None is made yet; `make` knows how, and has none for a profile that there is not.
    pub fn new(make: impl FnMut(ProfileId) -> Option<World> + 'static) -> Self {
        Self(Rc::new(RefCell::new(Made { make: Box::new(make), worlds: BTreeMap::new() })))
    }

    /// The hooks that the loop calls.
    pub fn hooks(&self) -> terminal::World {
        let [asked, cancelled, used] = std::array::from_fn(|_| Rc::clone(&self.0));
        terminal::World {
            ask: Box::new(move |ticket, request| {
                if let Some(world) = asked.borrow_mut().of(ticket.profile) {
                    world.ask(ticket, request);
                }
            }),
            cancel: Box::new(move |ticket| {
                if let Some(world) = cancelled.borrow_mut().worlds.get_mut(&ticket.profile) {
                    world.cancel(ticket);
                }
            }),
            usage: Box::new(move || {
                let worlds = &used.borrow().worlds;
                worlds.iter().map(|(profile, world)| (*profile, world.shared.aws.usage())).collect()
            }),
        }
    }

    /// Ends all work, and waits until the statements that it ran are stopped ([`Aws::settled`]).
    pub async fn settled(self) {
        let worlds = std::mem::take(&mut self.0.borrow_mut().worlds);
        let ways: Vec<Aws> = worlds.into_values().map(|world| world.shared.aws.clone()).collect();
        futures::future::join_all(ways.iter().map(Aws::settled)).await;
    }
}

impl Made {
    fn of(&mut self, profile: ProfileId) -> Option<&mut World> {
        if !self.worlds.contains_key(&profile) {
            let world = (self.make)(profile)?;
            self.worlds.insert(profile, world);
        }
        self.worlds.get_mut(&profile)
    }
}
