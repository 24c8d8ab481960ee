//! How far an object has come with each of a profile's consumers, in four bytes: a listing holds a million of them.

use super::State;

/// A state for each of the first [`States::MOST`] consumers, in the profile's order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct States(u32);

/// Bits of one state; none of them set means that there is no such consumer.
const BITS: usize = 4;
const MASK: u32 = (1 << BITS) - 1;

impl States {
    /// How many consumers are told apart.
    pub const MOST: usize = u32::BITS as usize / BITS;

    /// States in the order of the consumers; those beyond [`States::MOST`] are left out.
    pub fn new(states: impl IntoIterator<Item = State>) -> Self {
        let mut all = Self::default();
        for (index, state) in states.into_iter().take(Self::MOST).enumerate() {
            all.set(index, state);
        }
        all
    }

    /// The state with the consumer of this index.
    pub fn get(self, index: usize) -> Option<State> {
        let bits = (index < Self::MOST).then(|| self.0 >> (index * BITS) & MASK)?;
        State::ALL.get((bits as usize).checked_sub(1)?).copied()
    }

    /// Changes the state with a consumer.
    pub fn set(&mut self, index: usize, state: State) {
        if index < Self::MOST {
            let bits = State::ALL.iter().position(|known| *known == state).map_or(0, |at| at as u32 + 1);
            self.0 = self.0 & !(MASK << (index * BITS)) | bits << (index * BITS);
        }
    }

    /// The states, in the order of the consumers.
    pub fn iter(self) -> impl Iterator<Item = State> {
        (0..Self::MOST).map_while(move |index| self.get(index))
    }

    /// The one that wants to be looked at first: what failed before what waits, and what is done after that.
    pub fn gravest(self) -> Option<State> {
        self.iter().min_by_key(|state| match state {
            State::Failed => 0,
            State::Parked => 1,
            State::Unknown => 2,
            State::Replaying => 3,
            State::Queued => 4,
            State::Arrived => 5,
            State::Recovered => 6,
            State::Processed => 7,
            State::Unobserved => 8,
        })
    }
}

impl std::fmt::Debug for States {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_consumer_keeps_its_own_state() {
        let mut states = States::new([State::Processed, State::Failed, State::Unobserved]);
        assert_eq!(states.iter().collect::<Vec<_>>(), [State::Processed, State::Failed, State::Unobserved]);
        states.set(1, State::Recovered);
        assert_eq!((states.get(1), states.get(3), states.get(99)), (Some(State::Recovered), None, None));
        assert_eq!(states.gravest(), Some(State::Recovered));
        for state in State::ALL {
            assert_eq!(States::new([state; 20]).iter().collect::<Vec<_>>(), [state; States::MOST]);
        }
        assert_eq!(States::default().gravest(), None);
    }
}
