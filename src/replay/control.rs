//! The hand on a running replay: slower, faster, wait, go on, stop.

use std::sync::Arc;

use tokio::sync::watch;

use crate::domain::{Plan, Steer};

/// What a running replay is told. Cheap to clone; every clone is the same hand, and dropping one changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Control {
    orders: Arc<watch::Sender<Orders>>,
}

/// What holds at the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Orders {
    /// Messages a second at most, where it is another number than the plan's.
    pub rate: Option<u32>,
    /// Whether nothing is sent for now.
    pub is_paused: bool,
    /// Whether nothing more is sent at all. What was sent is watched nevertheless.
    pub is_aborted: bool,
}

impl Control {
    /// Changes what holds. An abort stays one.
    pub fn steer(&self, steer: Steer) {
        self.orders.send_modify(|orders| match steer {
            Steer::Pause => orders.is_paused = true,
            Steer::GoOn => orders.is_paused = false,
            Steer::Rate(rate) => orders.rate = Some(rate.clamp(1, Plan::FASTEST)),
            Steer::Abort => orders.is_aborted = true,
        });
    }

    /// What holds now and from now on. It never closes while this hand lives.
    pub(super) fn orders(&self) -> watch::Receiver<Orders> {
        self.orders.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clone_steers_the_same_replay_and_an_abort_is_final() {
        let control = Control::default();
        let orders = control.orders();
        control.clone().steer(Steer::Rate(0));
        control.steer(Steer::Pause);
        assert_eq!(*orders.borrow(), Orders { rate: Some(1), is_paused: true, is_aborted: false });
        control.steer(Steer::Abort);
        control.steer(Steer::GoOn);
        assert_eq!(*orders.borrow(), Orders { rate: Some(1), is_paused: false, is_aborted: true });
    }
}
