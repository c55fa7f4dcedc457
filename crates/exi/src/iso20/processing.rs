//! `processingType`: whether a station has its answer yet.

/// Whether a station has its answer yet, or the car is to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Processing {
    /// `Finished`: this is the answer.
    Finished,
    /// `Ongoing`: the car asks again.
    Ongoing,
    /// `Ongoing_WaitingForCustomerInteraction`: the car asks again, and somebody has to do something at the station.
    OngoingWaitingForCustomerInteraction,
}

impl Processing {
    /// Every value, in the order of the schema, which gives their numbers in EXI.
    pub const ALL: [Processing; 3] =
        [Processing::Finished, Processing::Ongoing, Processing::OngoingWaitingForCustomerInteraction];

    /// The name in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Processing::Finished => "Finished",
            Processing::Ongoing => "Ongoing",
            Processing::OngoingWaitingForCustomerInteraction => "Ongoing_WaitingForCustomerInteraction",
        }
    }
}
